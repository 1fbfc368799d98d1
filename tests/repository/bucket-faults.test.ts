// Backup, restore, check, forget and prune on a real S3 server with faults in front of it: what may pass is tried again, what
// doesn't is told, nothing wrong is taken for right, and the next run without faults ends what was begun. And a backup that
// is killed at its requests.

import { spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { restoreDirectories } from "../../server/operations/offline/restore.js";
import { forgetSnapshots } from "../../server/operations/repository/forget.js";
import { openSnapshot, snapshotSet } from "../../server/operations/repository/open-snapshot.js";
import { pruneRepository } from "../../server/operations/repository/prune.js";
import { FlowgError } from "../../server/platform/errors.js";
import { checkRepository } from "../../server/repository/check/check.js";
import { initRepository } from "../../server/repository/init.js";
import { type OpenedRepository, openRepository } from "../../server/repository/open.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import { Calendar } from "../../server/repository/retention/calendar.js";
import { BUILT } from "../cli/flowg.js";
import { areMany } from "../faults/chosen.js";
import { stateOf } from "../operations/offline/sample.js";
import { withEnvironment } from "../support/environment.js";
import {
  type Fault,
  type FaultyWay,
  first,
  type SeenRequest,
  staleLists,
} from "../support/faulty-way.js";
import { describeWithStore, keysOf, type ObjectStore } from "../support/object-store.js";
import { type StoreByWay, startStoreByWay } from "../support/store-by-way.js";
import { listed } from "./places/law.js";
import {
  backUpSmall,
  contentsOfSnapshots,
  fillSmall,
  nothingLeftAfterPrune,
  smallDirs,
  wholeSnapshots,
} from "./small-world.js";

/** At how many requests a backup is killed in the short form. */
const SHORT = 3;

describeWithStore("in a bucket", () => {
  let space: string;
  let started: StoreByWay;
  let store: ObjectStore;
  let way: FaultyWay;
  /** Objects of a repository with one backup; of its databases, more is there now. */
  const objects: [path: string, bytes: Buffer][] = [];
  let [old, fresh] = ["", ""];
  let oldState: Awaited<ReturnType<typeof stateOf>>;
  beforeAll(async () => {
    space = await mkdtemp(join(tmpdir(), "flowg-bucket-faults-"));
    started = await startStoreByWay();
    ({ store, way } = started);
    const place = await openPlace(join(space, "template"));
    const keyFile = join(space, "key.json");
    await initRepository({ place, readers: { identityFile: join(space, "identity") }, keyFile });
    const template = await openRepository({ place, keyFiles: [keyFile], ...opening() });
    const dirs = smallDirs(join(space, "data"));
    await fillSmall(dirs, 1);
    oldState = await stateOf(dirs);
    await backUpSmall(dirs, template, keyFile);
    for (const { path } of await listed(place))
      objects.push([path, (await place.get(path)) as Buffer]);
    await fillSmall(dirs, 2);
    await backUpSmall(dirs, template);
    [old = "", fresh = ""] = await contentsOfSnapshots(template);
  });
  afterAll(async () => {
    await started?.[Symbol.asyncDispose]();
    await rm(space, { recursive: true, force: true });
  });
  beforeEach(() => {
    way.rule = () => undefined;
  });

  const opening = () => ({ identityFiles: [join(space, "identity")], mustRead: true });
  const dirs = () => smallDirs(join(space, "data"));

  /** @param url of the store itself, or by the way to it */
  async function open(url: string): Promise<OpenedRepository> {
    const place = await openPlace(url, { delayMs: 1 });
    return await openRepository({ place, keyFiles: [join(space, "key.json")], ...opening() });
  }

  let made = 0;
  async function fill(): Promise<{ direct: string; byWay: string }> {
    const { direct, byWay } = started.fresh();
    const place = await openPlace(direct);
    for (const [path, bytes] of objects) await place.put(path, bytes);
    // stored for a backup that never ended
    await place.put(`segments/00/${"0".repeat(64)}.zst.age`, Buffer.from("x"));
    await place.close();
    return { direct, byWay };
  }

  const thinning = {
    policy: { last: 1 },
    calendar: new Calendar("UTC"),
    groupings: [],
    hosts: [],
    tags: [],
    allowRemoveAll: false,
  };

  /** What each does, and what must be true once it has said that it went well. */
  const WORKS = {
    backup: async (repository: OpenedRepository) => {
      await backUpSmall(dirs(), repository);
      return async (direct: OpenedRepository) =>
        expect(await contentsOfSnapshots(direct)).toEqual([old, fresh]);
    },
    restore: async (repository: OpenedRepository) => {
      const target = smallDirs(join(space, `restored-${made++}`));
      const from = snapshotSet(await openSnapshot([{ repository }], {}));
      const how = { mode: "replace", dryRun: false, backupDir: "", allowNoAdmin: true } as const;
      await restoreDirectories({ ...how, dirs: target, from }, lmdb);
      return async () => expect(await stateOf(target)).toEqual(oldState);
    },
    check: async (repository: OpenedRepository) => {
      const report = await checkRepository(repository, { readShare: 1 });
      return async () => {
        expect([report.lost, report.unreadable]).toEqual([[], []]);
        expect(report).toMatchObject({ snapshots: 1, unnamed: { segments: 1 } });
      };
    },
    forget: async (repository: OpenedRepository) => {
      const report = await forgetSnapshots(repository, { thinning });
      return async () => expect([report.unread, report.groups[0]?.forgotten]).toEqual([[], []]);
    },
    prune: async (repository: OpenedRepository) => {
      await pruneRepository(repository, { graceMs: 0, lockMs: 3_000 });
      return async (direct: OpenedRepository) => {
        const paths = (await listed(direct.place)).map(({ path }) => path);
        expect(paths).not.toContain(`segments/00/${"0".repeat(64)}.zst.age`);
      };
    },
  } as const;
  type Work = keyof typeof WORKS;
  const NAMES = Object.keys(WORKS) as Work[];

  type Rule = FaultyWay["rule"];
  /**
   * Runs with a fault on the way. What was whole is whole, and if it went well it did what it should.
   * @returns how it ended
   */
  async function tried(work: Work, rule: (sinceOpened: () => number) => Rule): Promise<string> {
    const { direct, byWay } = await fill();
    const repository = await open(byWay);
    way.requests.length = 0;
    way.rule = rule(() => way.requests.length);
    let error: unknown;
    const demand = await WORKS[work](repository).catch((thrown) => {
      error = thrown;
    });
    way.rule = () => undefined;
    await repository.place.close();
    const whole = await open(direct);
    const found = await wholeSnapshots(whole);
    expect(found[0]).toBe(old);
    expect([old, fresh]).toEqual(expect.arrayContaining(found));
    await demand?.(whole);
    // the next run ends it
    await (await WORKS[work](whole))(await open(direct)).catch((thrown) => {
      // of a backup whose manifest had been stored, that is one more
      if (work !== "backup") throw thrown;
    });
    await nothingLeftAfterPrune(whole);
    await whole.place.close();
    if (error === undefined) return "done";
    expect(error).toBeInstanceOf(FlowgError);
    return (error as FlowgError).code;
  }

  const isRead = ({ method }: SeenRequest) => method === "GET";
  const PASSING: Record<string, () => Rule> = {
    "500 now and then": () => each(5, { answer: 500, code: "InternalError" }),
    "503 now and then": () => each(4, { answer: 503, code: "SlowDown" }),
    "lost answers": () => each(4, { reset: "after" }),
    "connections that end": () => each(3, { reset: "before" }),
    "short bodies": () => each(3, { cut: 50 }, isRead),
    "bodies that come slowly": () => each(2, { pieces: 1024, everyMs: 1 }, isRead),
  };
  /** Of such requests each so many-th, so that no request meets it for ever. */
  function each(
    count: number,
    fault: Fault,
    which: (request: SeenRequest) => boolean = () => true,
  ) {
    let seen = 0;
    return (request: SeenRequest) => (which(request) && ++seen % count === 0 ? fault : undefined);
  }

  const all = NAMES.flatMap((work) => Object.keys(PASSING).map((fault) => [work, fault] as const));
  // in the short form two of each
  test.each(areMany ? all : all.filter((_, index) => index % 3 === Math.floor(index / 6) % 3))(
    "%s goes on where the way has %s",
    async (work, fault) => {
      expect(await tried(work, PASSING[fault] as () => Rule)).toBe("done");
    },
  );

  const counts = new Map<Work, number>();
  async function requestsOf(work: Work): Promise<number> {
    const known = counts.get(work);
    if (known !== undefined) return known;
    const { byWay } = await fill();
    const repository = await open(byWay);
    way.requests.length = 0;
    await WORKS[work](repository);
    await repository.place.close();
    counts.set(work, way.requests.length);
    return way.requests.length;
  }

  describe.each(NAMES)("%s, once the way", (work) => {
    test.each([
      ["answers 500 for ever", { answer: 500, code: "InternalError" }, "REPOSITORY_UNAVAILABLE"],
      ["ends for ever", { reset: "before" }, "REPOSITORY_UNAVAILABLE"],
      ["has expired credentials", { answer: 400, code: "ExpiredToken" }, "PERMISSION_DENIED"],
    ] as const)("%s, is told, and nothing is lost", async (_, fault, code) => {
      const count = await requestsOf(work);
      const steps = areMany ? count : 1;
      for (let step = 0; step < steps; step++) {
        const from = areMany ? step : count >> 1;
        const ended = await tried(work, (seen) => () => (seen() > from ? fault : undefined));
        // two runs need not ask in the same order, nor as often; a prune that can't let its lock go has done its work
        if (ended !== "done") expect([code, "CONFLICT"]).toContain(ended);
        if (from <= count >> 1) expect(ended).not.toBe("done");
      }
    });

    test("has stale lists, harms nothing", async () => {
      const ended = await tried(work, staleLists);
      const told = ["done", "REPOSITORY_UNAVAILABLE", "REPOSITORY_DAMAGED", "CONFLICT"];
      expect(told).toContain(ended);
    });
  });

  test.each(NAMES)("%s goes on with renewed credentials", async (work) => {
    const [asked, program] = [join(space, `asked-${work}`), join(space, `renew-${work}.sh`)];
    const { accessKeyId, secretAccessKey } = store.admin;
    const told = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
    await writeFile(program, `#!/bin/sh\necho >> ${asked}\necho '${JSON.stringify(told)}'\n`);
    await chmod(program, 0o700);
    const config = join(space, `config-${work}`);
    await writeFile(config, `[default]\ncredential_process = ${program}\n`);
    using _profile = withEnvironment({
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_CONFIG_FILE: config,
      AWS_PROFILE: "default",
    });
    const ended = await tried(work, (seen) =>
      first(1, { answer: 400, code: "ExpiredToken" }, () => seen() > 3),
    );
    expect(ended).toBe("done");
    expect((await readFile(asked, "utf8")).length).toBeGreaterThan(1);
  });

  /** Runs the command by the way, and kills it when that many requests have arrived. @returns the exit code */
  async function killedAt(url: string, stop: number): Promise<number | null> {
    const home = join(space, `home-${made++}`);
    await mkdir(home);
    await cp(join(space, "key.json"), join(home, "key.json"));
    const { auth, config, logs } = dirs();
    const words = ["admin", "backup", "--repository", url, "--host", "here", "--quiet"];
    words.push("--repository-key", join(home, "key.json"));
    words.push("--auth-dir", auth, "--config-dir", config, "--log-dir", logs);
    const child = spawn(process.execPath, [BUILT, ...words], {
      env: { PATH: process.env.PATH ?? "", HOME: home, ...keysOf(store.admin) },
      stdio: ["ignore", "ignore", "inherit"],
    });
    let seen = 0;
    way.rule = () => {
      if (++seen < stop) return undefined;
      child.kill("SIGKILL");
      // half of them were carried out
      return stop % 2 === 0 ? { reset: "before" } : { reset: "after" };
    };
    return await new Promise((resolve) => child.on("close", resolve));
  }

  test("a backup that is killed at any request leaves the old snapshots, and at most a whole new one", {
    timeout: 3_600_000,
  }, async () => {
    const clean = await fill();
    way.requests.length = 0;
    expect(await killedAt(clean.byWay, Number.POSITIVE_INFINITY)).toBe(0);
    const count = way.requests.length;
    expect(count).toBeGreaterThan(8);
    const step = areMany ? 1 : count / SHORT;
    // the last ones put the manifest, and look after it
    const stops = Array.from(
      { length: Math.ceil(count / step) },
      (_, n) => Math.floor(n * step) + 1,
    );
    for (const stop of new Set([...stops, count])) {
      const { direct, byWay } = await fill();
      const code = await killedAt(byWay, stop);
      expect([null, 0]).toContain(code);
      way.rule = () => undefined;
      const repository = await open(direct);
      const found = await wholeSnapshots(repository);
      expect([[old], [old, fresh]]).toContainEqual(found);
      await backUpSmall(dirs(), repository);
      await nothingLeftAfterPrune(repository);
      expect(await wholeSnapshots(repository)).toEqual([...found, fresh]);
      await repository.place.close();
    }
  });
});
