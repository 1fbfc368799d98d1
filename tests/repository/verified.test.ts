// Notes of snapshots that a drill found right. Nobody else can write them, and a policy keeps the newest such snapshot of each
// host.

import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { forgetSnapshots } from "../../server/operations/repository/forget.js";
import { pruneRepository } from "../../server/operations/repository/prune.js";
import { Calendar } from "../../server/repository/retention/calendar.js";
import {
  type Considered,
  planByPolicy,
  type Thinning,
} from "../../server/repository/retention/plan.js";
import { applyPolicy } from "../../server/repository/retention/policy.js";
import { listVerified, noteVerified, readVerified } from "../../server/repository/verified.js";
import { encrypted, type Made, open, putSnapshot } from "./made.js";
import { MemoryPlace } from "./memory-place.js";

const UTC = new Calendar("UTC");
const thinning = (policy: Thinning["policy"], more: Partial<Thinning> = {}): Thinning => ({
  policy,
  calendar: UTC,
  groupings: ["host"],
  hosts: [],
  tags: [],
  allowRemoveAll: false,
  ...more,
});
const VERIFIED = { verifiedAt: "2026-11-29T04:30:00.000Z", restoreSeconds: 12.5 };

let place: MemoryPlace;
let made: Made;
beforeEach(async () => {
  place = new MemoryPlace();
  made = await encrypted(place);
});

const put = async (createdAt: string, more: { host?: string } = {}) => ({
  createdAt,
  setId: await putSnapshot(made.repository, { createdAt, ...more }),
});
const noted = async () => [
  ...(await readVerified(made.repository, await listVerified(made.repository))).keys(),
];

it("a policy keeps the newest verified snapshot of each host, and says so", async () => {
  const oldest = await put("2026-11-24T10:00:00.000Z");
  const verified = await put("2026-11-25T10:00:00.000Z");
  const newer = await put("2026-11-26T10:00:00.000Z");
  const other = await put("2026-11-20T10:00:00.000Z", { host: "db-1" });
  await put("2026-11-21T10:00:00.000Z", { host: "db-1" });
  const newest = await put("2026-11-28T10:00:00.000Z");
  for (const one of [oldest, verified, other]) await noteVerified(made.repository, one, VERIFIED);
  const how = { thinning: thinning({ last: 1 }, { groupings: [] }) };
  const { groups } = await forgetSnapshots(made.repository, how);
  expect(groups[0]?.kept.map(({ id, reasons }) => [id, reasons])).toEqual([
    [newest.setId, ["last 1"]],
    [verified.setId, ["verified"]],
    [other.setId, ["verified"]],
  ]);
  expect(groups[0]?.forgotten.map(({ id }) => id)).toContain(newer.setId);
  // with its snapshot goes the note
  expect((await noted()).sort()).toEqual([verified.setId, other.setId].sort());
  // a person who names it may remove it
  await forgetSnapshots(made.repository, { ids: [verified.setId] });
  expect(await noted()).toEqual([other.setId]);
});

it("a policy that keeps nothing is refused as before, and insisted on leaves the verified one", async () => {
  const one = await put("2026-11-26T10:00:00.000Z");
  await put("2026-11-27T10:00:00.000Z");
  await noteVerified(made.repository, one, VERIFIED);
  const policy = { tags: [["release"]] };
  await expect(
    forgetSnapshots(made.repository, { thinning: thinning(policy) }),
  ).rejects.toMatchObject({ code: "REFUSED" });
  const insist = { thinning: thinning(policy, { allowRemoveAll: true }) };
  const { groups } = await forgetSnapshots(made.repository, insist);
  expect(groups[0]?.kept.map(({ id }) => id)).toEqual([one.setId]);
});

it("a note that a stranger has signed, or that is cut, changed or another's, counts for nothing", async () => {
  const real = await put("2026-11-26T10:00:00.000Z");
  const [a, b, c, d] = await Promise.all(
    ["20", "21", "22", "23"].map((day) => put(`2026-11-${day}T10:00:00.000Z`)),
  );
  await noteVerified(made.repository, real, VERIFIED);
  await noteVerified(made.forged, a as typeof real, VERIFIED);
  for (const one of [b, c, d]) await noteVerified(made.repository, one as typeof real, VERIFIED);
  const paths = place.paths("verified/");
  const bytesOf = (n: number) => place.objects.get(paths[n] as string)?.bytes as Buffer;
  const change = (n: number, bytes: Buffer) =>
    place.objects.set(paths[n] as string, { bytes, storedAt: place.now });
  change(1, bytesOf(1).subarray(0, 40));
  change(2, Buffer.from(bytesOf(2).toString().replace("12.5", "11.5")));
  change(3, bytesOf(4));
  expect(paths).toHaveLength(5);
  expect(await noted()).toEqual([real.setId]);
});

it("a prune removes notes whose snapshots are gone, and no others", async () => {
  const there = await put("2026-11-26T10:00:00.000Z");
  const gone = { createdAt: "2026-11-25T10:00:00.000Z", setId: randomUUID() };
  for (const one of [there, gone]) await noteVerified(made.repository, one, VERIFIED);
  const notes = async () => (await listVerified(made.repository)).map(({ setId }) => setId);
  // a drill may have written it just now, of a snapshot that no list shows yet
  expect((await pruneRepository(made.repository)).removed.objects).toBe(0);
  const dry = await pruneRepository(made.repository, { graceMs: 0, dryRun: true });
  expect([dry.removed.objects, (await notes()).length]).toEqual([1, 2]);
  expect((await pruneRepository(made.repository, { graceMs: 0 })).removed.objects).toBe(1);
  expect(await notes()).toEqual([there.setId]);
  // where no snapshot is listed at all, the list may be wrong
  for (const path of place.paths("snapshots/")) await place.remove(path);
  await pruneRepository(made.repository, { graceMs: 0 });
  expect(await notes()).toEqual([there.setId]);
  await pruneRepository(made.repository, { graceMs: 0, allowRemoveAll: true });
  expect(await notes()).toEqual([]);
});

it("a repository without encryption has unsigned notes", async () => {
  const repository = open(place);
  const one = {
    setId: "00000000-0000-4000-8000-000000000001",
    createdAt: "2026-11-26T10:00:00.000Z",
  };
  await noteVerified(repository, one, VERIFIED);
  expect(await readVerified(repository, await listVerified(repository))).toEqual(
    new Map([[one.setId, VERIFIED]]),
  );
});

/** `FLOWG_HISTORIES=10000` tries as many as the issue asks for. */
const HISTORIES = Number(process.env.FLOWG_HISTORIES ?? 300);

it("of any history, a policy keeps what its rules keep and the newest verified of each host, and nothing else", () => {
  const snapshot = fc.record({
    host: fc.constantFrom("a", "b"),
    hours: fc.integer({ min: 0, max: 40_000 }),
    isVerified: fc.boolean(),
  });
  const count = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
  const policies = fc
    .record({
      last: count,
      hourly: count,
      daily: count,
      weekly: count,
      monthly: count,
      yearly: count,
    })
    .filter((policy) => Object.values(policy).some(Boolean));
  fc.assert(
    fc.property(
      fc.array(snapshot, { maxLength: 30 }),
      policies,
      fc.boolean(),
      (given, policy, isOne) => {
        const history = given.map(
          ({ host, hours, isVerified }, n): Considered => ({
            setId: String(n).padStart(3, "0"),
            createdAt: new Date(Date.UTC(2026, 0, 1) - hours * 3_600_000).toISOString(),
            host,
            tags: [],
            databases: {},
            ...(isVerified && { verifiedAt: "2026-01-01T00:00:00.000Z" }),
          }),
        );
        const planned = planByPolicy(history, thinning(policy, isOne ? { groupings: [] } : {}));
        const kept = planned.flatMap((group) => group.kept.map(({ snapshot: { setId } }) => setId));
        const gone = planned.flatMap(({ forgotten }) => forgotten.map(({ setId }) => setId));
        const newest = (of: Considered[]) =>
          of.reduce((a, b) =>
            a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.setId > b.setId) ? a : b,
          );
        const expected = new Set<string>();
        for (const hosts of isOne ? [["a", "b"]] : [["a"], ["b"]]) {
          const group = history.filter(({ host }) => hosts.includes(host));
          for (const { snapshot, reasons } of group.length > 0
            ? applyPolicy(group, policy, UTC)
            : [])
            if (reasons.length > 0) expected.add(snapshot.setId);
        }
        for (const host of ["a", "b"]) {
          const verified = history.filter(
            (one) => one.host === host && one.verifiedAt !== undefined,
          );
          if (verified.length > 0) expected.add(newest(verified).setId);
        }
        expect(new Set(kept)).toEqual(expected);
        expect([...kept, ...gone].sort()).toEqual(history.map(({ setId }) => setId));
      },
    ),
    { numRuns: HISTORIES },
  );
}, 900_000);
