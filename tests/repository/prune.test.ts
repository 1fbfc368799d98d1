// Prune on a place in memory: what goes and what stays, beside backups and other prunes, in every order of their requests;
// stopped at each of its requests; with lists that are stale, and manifests that nobody can read.

import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { FlowgError } from "../../server/platform/errors.js";
import { highestLock, PruneLock } from "../../server/repository/lock/prune-lock.js";
import type { Manifest } from "../../server/repository/manifest.js";
import { CarefulPlace } from "../../server/repository/places/careful-place.js";
import type { PlacedObject } from "../../server/repository/places/place.js";
import type { ManifestReader } from "../../server/repository/prune/known-manifests.js";
import {
  missingAfterBackup,
  untilPruneRemovesNoMore,
} from "../../server/repository/prune/missing-after-backup.js";
import { type PruneOptions, prune } from "../../server/repository/prune/prune.js";
import { MemoryPlace } from "./memory-place.js";

const LOCK_MS = 5_000;
const name = (digit: string) => digit.repeat(64);
const segment = (digit: string) => `segments/${digit}${digit}/${name(digit)}.zst.age`;
/** Its id is made of hexadecimal digits: those of the name that are none are left out. */
const manifest = (id: string) => {
  const hex = id
    .replace(/[^0-9a-f]/g, "")
    .padEnd(8, "0")
    .slice(0, 8);
  return `snapshots/2026-11-28/10-00-00.000Z-${hex}-0000-4000-8000-000000000000.json.zst.age`;
};
const signature = (id: string) => `${manifest(id)}.minisig`;

let place: MemoryPlace;
beforeEach(() => {
  place = new MemoryPlace();
});

const textOf = (digits: string) => JSON.stringify([...digits].map((digit) => name(digit)));

/** Its manifests are lists of names. */
function reader(of = place): ManifestReader {
  return {
    place: of,
    named: { suffix: ".age" },
    async readManifest(path) {
      const bytes = await of.get(path);
      if (!bytes) return undefined;
      if (String(bytes) === "locked") {
        throw new FlowgError("IDENTITY_REQUIRED", `no identity opens ${path}`, {
          hint: "--identity",
        });
      }
      const segments = (JSON.parse(String(bytes)) as string[]).map((each) => ({ name: each }));
      return { databases: { auth: { segments } } } as unknown as Manifest;
    },
  };
}

const run = (options: PruneOptions = {}) => prune(reader(), { lockMs: LOCK_MS, ...options });

describe("prune", () => {
  beforeEach(() => {
    place.store(manifest("a"), 30, textOf("12"));
    place.store(signature("a"), 30);
    for (const digit of "123") place.store(segment(digit), 30);
    place.store(segment("4"), 2);
    place.store(signature("e0e"), 30);
    place.store(signature("c0c"), 1);
    place.store("repository.json", 900);
  });

  it("removes what no snapshot names and is older than the grace period, and nothing else", async () => {
    const before = place.paths();
    const dry = await run({ dryRun: true, graceMs: 24 * 3_600_000 });
    expect(place.paths()).toEqual(before);
    const report = await run();
    expect(place.paths()).toEqual(
      before.filter((path) => path !== segment("3") && path !== signature("e0e")),
    );
    expect(report).toMatchObject({ snapshots: 1, missing: [] });
    expect(report.removed.objects).toBe(2);
    expect(report.young.objects).toBe(2);
    expect(report.named.objects).toBe(2);
    expect(dry.removed.objects).toBeGreaterThanOrEqual(2);
    expect(dry).toMatchObject({ dryRun: true, snapshots: 1 });
  });

  it("takes the age of objects by the clock of the place, whatever this machine's is", async () => {
    place = new MemoryPlace();
    place.now = new Date("2001-01-01T00:00:00Z");
    place.store(manifest("a"), 30, textOf("1"));
    place.store(segment("1"), 30);
    place.store(segment("2"), 23.9);
    place.store(segment("3"), 24);
    await run();
    expect(place.paths("segments/")).toEqual([segment("1"), segment("2")]);
    await run({ graceMs: 0 });
    expect(place.paths("segments/")).toEqual([segment("1")]);
  });

  it.each([
    ["nobody can open", "locked", "IDENTITY_REQUIRED"],
    ["isn't a manifest", "{", "SyntaxError"],
  ])("removes nothing where a manifest %s", async (_, text, code) => {
    place.store(manifest("b"), 30, text);
    const before = place.paths();
    const error = await run().catch((thrown) => thrown);
    expect(error.code ?? error.name).toBe(code);
    if (code === "IDENTITY_REQUIRED") expect(error.message).toMatch(/; nothing was removed$/);
    expect(place.paths()).toEqual(before);
  });

  it("removes nothing where something lies among the manifests that nobody knows", async () => {
    place.store("snapshots/2027-01-01/a.manifest-v2", 30);
    await expect(run()).rejects.toMatchObject({
      code: "REPOSITORY_DAMAGED",
      message: expect.stringMatching(/a\.manifest-v2 is; nothing was removed/),
    });
    expect(place.paths("segments/")).toHaveLength(4);
  });

  it("leaves alone what isn't a segment's path", async () => {
    const odd = ["segments/README", "segments/33/short.zst", `segments/44/${name("3")}.zst`];
    for (const path of odd) place.store(path, 900);
    await run();
    expect(place.paths("segments/")).toEqual(expect.arrayContaining(odd));
  });

  it("says which segments of snapshots aren't there", async () => {
    place.objects.delete(segment("2"));
    expect((await run()).missing).toEqual([name("2")]);
  });

  it("refuses where no snapshot is listed, unless told", async () => {
    place.objects.delete(manifest("a"));
    await expect(run()).rejects.toMatchObject({ code: "REFUSED" });
    expect(place.paths("segments/")).toHaveLength(4);
    await run({ allowRemoveAll: true });
    expect(place.paths("segments/")).toEqual([segment("4")]);
  });

  it("believes no list that shows a manifest which isn't there", async () => {
    const whole = place.list.bind(place);
    place.list = async function* (prefix) {
      yield* whole(prefix);
      if (prefix === "snapshots/") yield { path: manifest("2"), bytes: 1, storedAt: new Date(0) };
    };
    await expect(run()).rejects.toMatchObject({
      code: "REPOSITORY_DAMAGED",
      message: expect.stringMatching(/is listed, but isn't there; nothing was removed$/),
    });
  });

  it("needs no manifest that is forgotten while it looks", async () => {
    place.store(manifest("b"), 30, textOf("3"));
    place.before = async (request) => {
      if (request === `get ${manifest("b")}`) place.objects.delete(manifest("b"));
    };
    await run();
    expect(place.paths("segments/")).toEqual([segment("1"), segment("2"), segment("4")]);
  });

  it("looks again before it removes: a manifest that came since keeps its segments", async () => {
    place.before = async (request) => {
      if (request.startsWith("put locks/prune-")) place.store(manifest("b"), 0, textOf("3"));
    };
    expect((await run()).removed.objects).toBe(1);
    expect(place.paths()).toContain(segment("3"));
    expect(place.paths()).not.toContain(signature("e0e"));
  });

  it("stopped at any request, has removed nothing that is named, and the next one does the rest", async () => {
    const initial = [...place.objects];
    const done = new MemoryPlace();
    for (const [path, object] of initial) done.objects.set(path, object);
    let requests = 0;
    done.before = async () => void requests++;
    await prune(reader(done), { lockMs: LOCK_MS });
    expect(requests).toBeGreaterThan(8);
    for (let stop = 1; stop <= requests; stop++) {
      place = new MemoryPlace();
      for (const [path, object] of initial) place.objects.set(path, object);
      let count = 0;
      place.before = async () => {
        if (++count >= stop) throw new Error("killed");
      };
      // the last request lets the lock go
      if (stop < requests) await expect(run()).rejects.toThrow("killed");
      else await run();
      for (const digit of "12") expect(place.paths()).toContain(segment(digit));
      expect(place.paths()).toContain(signature("a"));
      place.before = async () => {};
      // what a killed one's lock needs to be stale
      place.now = new Date(place.now.getTime() + LOCK_MS + 1);
      await run();
      expect(place.paths("segments/")).toEqual(done.paths("segments/"));
      expect(place.paths("locks/prune-")).toEqual([]);
    }
  });
});

describe("the lock of a prune", () => {
  it("is held by one of many, and let go", async () => {
    const taking = () => PruneLock.take(place, { lockMs: LOCK_MS });
    const held = await taking();
    place.before = async (request) => {
      // its holder is at work
      if (request.startsWith("list locks/prune-"))
        place.store("locks/prune-00000001.json", 0, "{}");
      place.now = new Date(place.now.getTime() + 1);
    };
    await expect(taking()).rejects.toMatchObject({ code: "CONFLICT" });
    place.before = async () => {};
    await held[Symbol.asyncDispose]();
    await using next = await taking();
    expect(next.isFresh).toBe(true);
    expect(place.paths()).toEqual(["locks/prune-00000001.json"]);
  });

  it("is not taken where lists are stale, and nothing waits for ever", async () => {
    const older = [...place.objects];
    const list = place.list.bind(place);
    place.list = async function* (prefix) {
      const now = [...place.objects];
      place.objects.clear();
      for (const [path, object] of older) place.objects.set(path, object);
      const found = [];
      for await (const object of list(prefix)) found.push(object);
      place.objects.clear();
      for (const [path, object] of now) place.objects.set(path, object);
      yield* found;
    };
    const taking = () => PruneLock.take(place, { lockMs: LOCK_MS });
    await expect(taking()).rejects.toMatchObject({ code: "REPOSITORY_UNAVAILABLE" });
    expect(place.paths("locks/")).toEqual([]);
    // one that the list doesn't show
    place.store("locks/prune-00000001.json", 0, "{}");
    await expect(taking()).rejects.toMatchObject({ code: "CONFLICT" });
    expect(place.paths("locks/")).toEqual(["locks/prune-00000001.json"]);
  });

  it("that is stale is taken over by one of many; its holder finds out", async () => {
    const late = await PruneLock.take(place, { lockMs: LOCK_MS });
    place.now = new Date(place.now.getTime() + LOCK_MS + 1);
    const held: PruneLock[] = [];
    const refused: unknown[] = [];
    await Promise.all(
      Array.from({ length: 5 }, () =>
        PruneLock.take(place, { lockMs: 200 }).then(
          (lock) => {
            held.push(lock);
            // as one that is at work
            const timer = setInterval(() => void lock.nextRound().catch(() => {}), 20);
            timer.unref();
          },
          (error) => refused.push(error.code),
        ),
      ),
    );
    expect(held).toHaveLength(1);
    expect(refused).toEqual(["CONFLICT", "CONFLICT", "CONFLICT", "CONFLICT"]);
    await expect(late.nextRound()).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("of a process that is gone is stale at once", async () => {
    const own = await PruneLock.take(place, { lockMs: 1e9 });
    const home = /"maker":"\d+-([0-9a-f]{8})"/.exec(
      String(place.objects.get("locks/prune-00000001.json")?.bytes),
    )?.[1];
    await own[Symbol.asyncDispose]();
    // no process has so high a number
    const content = JSON.stringify({ maker: `4194999-${home}`, round: 3 });
    place.store("locks/prune-00000007.json", 0, content);
    await using lock = await PruneLock.take(place, { lockMs: 1e9 });
    expect(lock.isFresh).toBe(true);
    expect(place.paths("locks/")).toEqual(["locks/prune-00000008.json"]);
  });
});

describe("a removal that lingers", () => {
  /** Its removals of segments end when a test lets them, or when they are told to. */
  function lingering() {
    const held: { end: () => void; isStopped: boolean }[] = [];
    const slow = new CarefulPlace({
      name: "slow",
      put: (path, bytes) => place.put(path, bytes),
      putNew: (path, bytes) => place.putNew(path, bytes),
      get: (path, range) => place.get(path, range),
      page: async (prefix) => {
        const objects: PlacedObject[] = [];
        for await (const object of place.list(prefix)) objects.push(object);
        return { objects, next: undefined };
      },
      remove: async (path, signal) => {
        if (!path.startsWith("segments/")) return await place.remove(path);
        await new Promise<void>((resolve, reject) => {
          const one = { end: resolve, isStopped: false };
          held.push(one);
          signal.addEventListener("abort", () => {
            one.isStopped = true;
            reject(signal.reason);
          });
        });
        await place.remove(path);
      },
      tidy: async () => {},
      close: async () => {},
    });
    return { held, slow };
  }

  beforeEach(() => {
    place.store(manifest("a"), 30, textOf("1"));
    for (const digit of "12") place.store(segment(digit), 30);
  });

  it("goes on as long as the lock is renewed", async () => {
    const { held, slow } = lingering();
    let renewals = 0;
    place.before = async (request) => {
      if (request.startsWith("put locks/prune-") && held.length > 0 && ++renewals === 3)
        held[0]?.end();
    };
    const report = await prune({ ...reader(), place: slow }, { lockMs: 600 });
    expect(renewals).toBeGreaterThanOrEqual(3);
    expect(report.removed.objects).toBe(1);
    expect(place.paths("segments/")).toEqual([segment("1")]);
  });

  it.each(["can't be renewed", "was taken over"])(
    "is given up once the lock %s: nothing is removed later",
    async (how) => {
      const { held, slow } = lingering();
      place.before = async (request) => {
        if (held.length === 0 || !request.includes("locks/prune-")) return;
        if (how === "was taken over") place.store("locks/prune-00000009.json", 0, "{}");
        else throw new FlowgError("REPOSITORY_UNAVAILABLE", "no");
      };
      const failing = prune({ ...reader(), place: slow }, { lockMs: 600 });
      await expect(failing).rejects.toMatchObject({ code: "CONFLICT" });
      expect(held.map(({ isStopped }) => isStopped)).toEqual([true]);
      expect(place.paths("segments/")).toEqual([segment("1"), segment("2")]);
    },
  );
});

/** Does what a backup does: puts what isn't there, its manifest last, then what a prune took meanwhile. */
async function backup(id: string, digits: string): Promise<void> {
  const there = new Set<string>();
  for await (const { path } of place.list("segments/")) there.add(path);
  for (const digit of digits)
    if (!there.has(segment(digit))) await place.put(segment(digit), Buffer.from(digit));
  await place.put(manifest(id), Buffer.from(textOf(digits)));
  const found = [...digits].filter((digit) => there.has(segment(digit)));
  for (let names = found.map(name); names.length > 0; ) {
    names = await missingAfterBackup(place, names, { lockMs: LOCK_MS, pollMs: 1 });
    for (const each of names) await place.put(segment(each[0] as string), Buffer.from(each));
  }
}

it("a check waits for a prune's lock, or until nobody has renewed it for long, and writes nothing", async () => {
  const lock = "locks/prune-00000001.json";
  place.store(lock, 0, '{"maker":"of another machine","round":1}');
  let looks = 0;
  place.before = async (request) => {
    expect(request).toMatch(/^(list|get) /);
    if (request === `get ${lock}`) looks++;
  };
  const how = { onlyReads: true, pollMs: 1 };
  await untilPruneRemovesNoMore(place, { ...how, lockMs: 20 });
  expect(looks).toBeGreaterThan(0);
  place.before = async (request) => {
    expect(request).toMatch(/^(list|get) /);
    // the next round
    if (request === `get ${lock}` && ++looks > 10)
      place.store(lock, 0, '{"maker":"of another machine","round":2}');
  };
  looks = 0;
  await untilPruneRemovesNoMore(place, { ...how, lockMs: 600_000 });
  expect(looks).toBeGreaterThan(10);
});

it("a prune beside backups, in any order of their requests, leaves every snapshot whole", async () => {
  const digits = fc.subarray([..."123456"], { minLength: 1 }).map((all) => all.join(""));
  let pruned = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), digits, digits, digits, async (s, kept, first, second) => {
      place = new MemoryPlace();
      for (const digit of "123456") place.store(segment(digit), 30);
      place.store(manifest("aa"), 30, textOf(kept));
      place.store(manifest("ff"), 30, textOf("123456"));
      place.before = (request) => s.schedule(Promise.resolve(), request) as Promise<void>;
      const all = Promise.all([
        backup("f1", first),
        backup("52", second).then(() => place.remove(manifest("f1"))),
        place.remove(manifest("ff")).then(async () => {
          pruned += (await run({ batch: 1 })).removed.objects;
        }),
      ]);
      await s.waitFor(all);
      place.before = async () => {};
      for (const path of place.paths("snapshots/"))
        for (const each of JSON.parse(String(place.objects.get(path)?.bytes)) as string[])
          expect(place.paths()).toContain(segment(each[0] as string));
      expect(await highestLock(place)).toBeUndefined();
    }),
    { numRuns: 150 },
  );
  expect(pruned).toBeGreaterThan(0);
});
