// Forget, in an encrypted repository whose manifests are signed: what it removes, in which order, and what it leaves alone.

import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { forgetSnapshots } from "../../server/operations/repository/forget.js";
import { deltaPath } from "../../server/repository/deltas/delta-path.js";
import { manifestPath, readManifest } from "../../server/repository/manifest-objects.js";
import { Calendar } from "../../server/repository/retention/calendar.js";
import { BY_INSTALLATION } from "../../server/repository/retention/groups.js";
import type { Thinning } from "../../server/repository/retention/plan.js";
import { encrypted, type Made, putSnapshot, segmentPath } from "./made.js";
import { MemoryPlace } from "./memory-place.js";

const AGE = ".age";
const thinning = (
  policy: Thinning["policy"],
  more: Partial<Omit<Thinning, "policy">> = {},
): Thinning => ({
  policy,
  calendar: new Calendar("UTC"),
  groupings: ["host"],
  hosts: [],
  tags: [],
  allowRemoveAll: false,
  ...more,
});

let place: MemoryPlace;
let made: Made;
beforeEach(async () => {
  place = new MemoryPlace();
  made = await encrypted(place);
});

const put = (createdAt: string, more: Omit<Parameters<typeof putSnapshot>[1], "createdAt"> = {}) =>
  putSnapshot(made.repository, { createdAt, ...more });
const idsLeft = () =>
  place
    .paths("snapshots/")
    .filter((path) => path.endsWith(".json.zst.age"))
    .map((path) => /Z-(.*)\.json/.exec(path)?.[1]);

describe("forget by a policy", () => {
  it("removes what no rule keeps of each host, with its signature, and says why the others stay", async () => {
    const first = await put("2026-11-26T10:00:00.000Z");
    const old = await put("2026-11-27T09:00:00.000Z");
    const day = await put("2026-11-27T10:00:00.000Z");
    const newest = await put("2026-11-28T10:00:00.000Z", { tags: ["x"] });
    const other = await put("2020-01-01T00:00:00.000Z", { host: "db-1" });
    const dry = await forgetSnapshots(made.repository, {
      thinning: thinning({ daily: 2 }),
      dryRun: true,
    });
    expect(idsLeft()).toHaveLength(5);
    const report = await forgetSnapshots(made.repository, { thinning: thinning({ daily: 2 }) });
    expect(report).toEqual({ ...dry, dryRun: false });
    expect(report.groups.map(({ name }) => name)).toEqual(["host db-1", "host web-1"]);
    expect(report.groups[1]?.kept.map(({ id, reasons }) => [id, reasons])).toEqual([
      [newest, ["daily 2026-11-28"]],
      [day, ["daily 2026-11-27"]],
    ]);
    expect(report.groups[1]?.forgotten.map(({ id }) => id)).toEqual([old, first]);
    expect(idsLeft()).toEqual([other, day, newest]);
    expect(place.paths("snapshots/")).toHaveLength(6);
  });

  it("looks only at a host, and at tags", async () => {
    await put("2026-11-26T10:00:00.000Z", { tags: ["a"] });
    await put("2026-11-27T10:00:00.000Z", { tags: ["a", "b"] });
    await put("2026-11-27T11:00:00.000Z", { host: "db-1", tags: ["a"] });
    await put("2026-11-28T10:00:00.000Z", { tags: ["b", "a"] });
    const counts = async (more: Partial<Omit<Thinning, "policy">>) => {
      const options = { thinning: thinning({ last: 1 }, more), dryRun: true };
      const { groups } = await forgetSnapshots(made.repository, options);
      return groups.map(({ kept, forgotten }) => [kept.length, forgotten.length]);
    };
    expect(await counts({ hosts: ["web-1"] })).toEqual([[1, 2]]);
    expect(await counts({ tags: [["a", "b"]] })).toEqual([[1, 1]]);
    expect(await counts({ tags: [["b"], ["a"]], groupings: [] })).toEqual([[1, 3]]);
    expect(await counts({ hosts: ["nobody"] })).toEqual([]);
  });

  it("spares what another installation of the host has made, unless told to count both together", async () => {
    const old = await put("2026-11-26T10:00:00.000Z", { installation: "one" });
    const quiet = await put("2026-11-27T10:00:00.000Z", { installation: "two" });
    const newest = await put("2026-11-28T10:00:00.000Z", { installation: "one" });
    const forgotten = async (groupings: Thinning["groupings"]) => {
      const options = { thinning: thinning({ last: 1 }, { groupings }) };
      const { groups } = await forgetSnapshots(made.repository, options);
      return groups.flatMap((group) => group.forgotten.map(({ id }) => id));
    };
    expect(await forgotten(BY_INSTALLATION)).toEqual([old]);
    expect(idsLeft()).toEqual([quiet, newest]);
    expect(await forgotten(["host"])).toEqual([quiet]);
    expect(idsLeft()).toEqual([newest]);
  });

  it("spares what deltas go on from, of each installation that still stores snapshots", async () => {
    place.now = new Date();
    const ago = (days: number) =>
      new Date(place.now.getTime() - days * 24 * 3_600_000).toISOString();
    const gone = await put(ago(30), { installation: "gone" });
    const first = await put(ago(9), { installation: "one" });
    await put(ago(8.5), { installation: "two" });
    const second = await put(ago(8), { installation: "two" });
    for (const installation of ["one", "two"]) await put(ago(1), { installation });
    // before the first of the two, and after it
    for (const days of [10, 8.8]) {
      const { keys } = made.repository;
      const path = deltaPath({ createdAt: ago(days), id: randomUUID() }, { keys });
      place.store(path, days * 24);
    }
    const report = await forgetSnapshots(made.repository, {
      thinning: thinning({ last: 1 }, { groupings: BY_INSTALLATION }),
      prune: {},
      dryRun: true,
    });
    const kept = report.groups.flatMap((group) => group.kept);
    const why = (setId: string) => kept.find(({ id }) => id === setId)?.reasons;
    expect([first, second, gone].map(why)).toEqual([
      ["instants after it"],
      ["instants after it"],
      ["last 1"],
    ]);
    expect(report.groups.flatMap(({ forgotten }) => forgotten)).toHaveLength(1);
    expect(report.prune).toMatchObject({ removed: { objects: 1 }, deltas: { objects: 1 } });
  });

  it("spares what deltas go on from for as long as it is told, also without a prune", async () => {
    place.now = new Date();
    const ago = (days: number) =>
      new Date(place.now.getTime() - days * 24 * 3_600_000).toISOString();
    const [oldest, old] = [await put(ago(40)), await put(ago(10))];
    await put(ago(1));
    const path = deltaPath({ createdAt: ago(9), id: randomUUID() }, { keys: made.repository.keys });
    place.store(path, 9 * 24);
    const kept = async (days: number | undefined) => {
      const { groups } = await forgetSnapshots(made.repository, {
        thinning: thinning({ last: 1 }),
        dryRun: true,
        ...(days === undefined ? {} : { keepDeltasMs: days * 24 * 3_600_000 }),
      });
      return groups.flatMap((group) => group.kept.slice(1).map(({ id }) => id));
    };
    expect(await kept(undefined)).toEqual([old]);
    expect(await kept(30)).toEqual([oldest]);
  });

  it("that keeps nothing of a host is refused, unless told", async () => {
    await put("2026-11-26T10:00:00.000Z");
    await put("2026-11-27T10:00:00.000Z", { host: "db-1", tags: ["release"] });
    const policy = { tags: [["release"]] };
    await expect(
      forgetSnapshots(made.repository, { thinning: thinning(policy) }),
    ).rejects.toMatchObject({
      code: "REFUSED",
      message: "no rule keeps a snapshot of host web-1: its only one would go; nothing was removed",
      hint: expect.stringMatching(/--allow-remove-all \(in the API allowRemoveAll=true\)/),
    });
    expect(idsLeft()).toHaveLength(2);
    const insist = thinning(policy, { allowRemoveAll: true });
    await forgetSnapshots(made.repository, { thinning: insist });
    expect(idsLeft()).toHaveLength(1);
  });

  it("counts no snapshot that a stranger has signed: nobody can have the others removed so", async () => {
    const ours = await put("2026-11-26T10:00:00.000Z");
    for (const day of ["27", "28"])
      await putSnapshot(made.forged, { createdAt: `2026-11-${day}T10:00:00.000Z` });
    const unsigned = await put("2026-11-29T10:00:00.000Z");
    place.objects.delete(
      place
        .paths("snapshots/")
        .find((path) => path.includes(unsigned) && path.endsWith(".minisig")) as string,
    );
    const report = await forgetSnapshots(made.repository, { thinning: thinning({ last: 1 }) });
    expect(report.groups[0]?.kept.map(({ id }) => id)).toEqual([ours]);
    expect(report.unread.map(({ problem }) => problem)).toHaveLength(3);
    expect(idsLeft()).toHaveLength(4);
  });

  it("counts none that is dated later than it was stored: a server that was taken over can sign", async () => {
    const ours = await put("2026-11-26T10:00:00.000Z");
    const newest = await put("2026-11-27T10:00:00.000Z");
    const ahead = await put("2026-11-30T10:00:00.000Z");
    // clocks differ a little
    const soon = await put("2026-11-28T12:30:00.000Z");
    const report = await forgetSnapshots(made.repository, { thinning: thinning({ daily: 2 }) });
    expect(report.groups[0]?.kept.map(({ id }) => id)).toEqual([soon, newest]);
    expect(report.unread).toMatchObject([
      { id: ahead, problem: expect.stringContaining("later than it was stored (2026-11-28T12") },
    ]);
    expect(idsLeft()).not.toContain(ours);
    expect(idsLeft()).toContain(ahead);
    await forgetSnapshots(made.repository, { ids: [ahead] });
    expect(idsLeft()).toEqual([newest, soon]);
  });

  it("leaves a damaged one alone, and refuses where none can be read", async () => {
    const good = await put("2026-11-26T10:00:00.000Z");
    const bad = await put("2026-11-27T10:00:00.000Z");
    const path = place.paths("snapshots/").find((each) => each.includes(bad)) as string;
    place.objects.set(path, { bytes: Buffer.from("x"), storedAt: place.now });
    const report = await forgetSnapshots(made.repository, { thinning: thinning({ last: 1 }) });
    expect(report.unread.map(({ id }) => id)).toEqual([bad]);
    expect(idsLeft()).toEqual([good, bad]);
    await expect(
      forgetSnapshots(made.unread, { thinning: thinning({ last: 1 }) }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(
        /^none of the 2 snapshots can be read, so nothing was removed: \S+ is /,
      ),
    });
    // but by its id
    await forgetSnapshots(made.repository, { ids: [bad] });
    expect(idsLeft()).toEqual([good]);
  });
});

describe("forget by ids", () => {
  it("takes how an id begins, if it is one's alone", async () => {
    const ids: string[] = [];
    for (let n = 10; n < 30; n++) ids.push(await put(`2026-11-${n}T10:00:00.000Z`));
    const [one = "", two = ""] = ids;
    await expect(forgetSnapshots(made.repository, { ids: [""] })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(forgetSnapshots(made.repository, { ids: [one, "zz"] })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    // of twenty, two begin with the same of sixteen digits
    const twice = [..."0123456789abcdef"].find(
      (digit) => ids.filter((id) => id.startsWith(digit)).length > 1,
    ) as string;
    await expect(forgetSnapshots(made.repository, { ids: [twice] })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    expect(idsLeft()).toHaveLength(20);
    await forgetSnapshots(made.unread, { ids: [one.slice(0, 13).toUpperCase(), two, two] });
    expect(idsLeft()).toEqual(ids.slice(2));
  });
});

describe("forget and prune", () => {
  it("a dry run of both says what both would remove", async () => {
    await put("2026-11-26T10:00:00.000Z", { segments: "12" });
    await put("2026-11-27T10:00:00.000Z", { segments: "23" });
    const before = place.paths();
    const options = { thinning: thinning({ last: 1 }), prune: { graceMs: 0 } };
    place.now = new Date();
    const dry = await forgetSnapshots(made.repository, { ...options, dryRun: true });
    expect(place.paths()).toEqual(before);
    const report = await forgetSnapshots(made.repository, options);
    expect(report.prune?.removed).toEqual({ objects: 1, bytes: 1 });
    expect(dry.prune?.removed).toEqual(report.prune?.removed);
    expect(place.paths("segments/")).toEqual([segmentPath("2", AGE), segmentPath("3", AGE)]);
  });

  it("stopped at any request: no snapshot without its signature or its segments, and the next run ends it", async () => {
    const fill = async () => {
      place = new MemoryPlace();
      made = { ...made, repository: { ...made.repository, place } };
      await put("2026-11-26T10:00:00.000Z", { segments: "12" });
      await put("2026-11-27T10:00:00.000Z", { segments: "23" });
      await put("2026-11-28T10:00:00.000Z", { segments: "34" });
    };
    const run = () =>
      forgetSnapshots(made.repository, {
        thinning: thinning({ last: 1 }),
        prune: { graceMs: 0, lockMs: 5_000 },
      });
    await fill();
    let requests = 0;
    place.before = async () => void requests++;
    await run();
    for (let stop = 1; stop < requests; stop++) {
      await fill();
      let count = 0;
      place.before = async () => {
        if (++count >= stop) throw new Error("killed");
      };
      await expect(run()).rejects.toThrow("killed");
      place.before = async () => {};
      for (const path of place.paths("snapshots/").filter((each) => each.endsWith(AGE))) {
        const manifest = await readManifest(made.repository, path, { demandSigned: true });
        expect(manifestPath(manifest as never, AGE)).toBe(path);
        for (const { name } of manifest?.databases.auth?.segments ?? [])
          expect(place.paths()).toContain(segmentPath(name[0] as string, AGE));
      }
      place.now = new Date(place.now.getTime() + 5_001);
      await run();
      expect(place.paths("segments/")).toEqual([segmentPath("3", AGE), segmentPath("4", AGE)]);
      expect(place.paths("snapshots/")).toHaveLength(2);
    }
  });
});
