// Two servers of one host name back up into one repository: no restore mixes them, and none takes either without being told which.

import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { listRepository } from "../../server/operations/repository/list.js";
import { openSnapshot, type StateWish } from "../../server/operations/repository/open-snapshot.js";
import { putDelta } from "../../server/repository/deltas/delta-objects.js";
import type { Repository } from "../../server/repository/repository.js";
import { encrypted, type Made, putSnapshot } from "./made.js";
import { MemoryPlace } from "./memory-place.js";

const ONE = "11111111-7d0e-4f5e-9f27-4f2a2f0a9a11";
const TWO = "22222222-7d0e-4f5e-9f27-4f2a2f0a9a11";

let made: Made;
beforeEach(async () => {
  made = await encrypted(new MemoryPlace());
});

const at = (hour: number) => `2026-11-28T${String(hour).padStart(2, "0")}:00:00.000Z`;
const put = (hour: number, installation?: string, more: { host?: string; tags?: string[] } = {}) =>
  putSnapshot(made.repository, { createdAt: at(hour), installation, ...more });
const chosen = async (wish: StateWish, from = [made]) => {
  const given = from.map(({ repository }) => ({ repository: repository as Repository }));
  const { copies } = await openSnapshot(given, wish);
  return copies[0].manifest.setId;
};

it("refuses to choose between two that back up at the same time, and takes the one that it is told", async () => {
  const first = await put(1, ONE);
  const other = await put(2, TWO);
  const last = await put(3, ONE);
  for (const wish of [{}, { snapshot: "latest" }, { at: new Date(at(4)) }, { host: "web-1" }]) {
    const refused = await chosen(wish).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "INPUT_INVALID",
      message: `2 installations named "web-1" back up here at the same time: ${ONE} (last ${at(3)}), ${TWO} (last ${at(2)})`,
      details: { installations: [ONE, TWO] },
    });
    expect((refused as { hint: string }).hint).toContain("--installation ID");
  }
  expect(await chosen({ installation: TWO })).toBe(other);
  expect(await chosen({ installation: "2222" })).toBe(other);
  expect(await chosen({ installation: ONE })).toBe(last);
  expect(await chosen({ installation: ONE, at: new Date(at(2)) })).toBe(first);
  expect(await chosen({ snapshot: other })).toBe(other);
  await expect(chosen({ installation: "3" })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringContaining('of an installation whose id begins with "3"'),
  });
  await expect(chosen({ installation: "" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

it("looks at a time's own surroundings: a server that was set up anew is none that backs up meanwhile", async () => {
  const old = await put(1, ONE);
  await put(2, ONE);
  const byHand = await put(3);
  await put(4, TWO);
  const last = await put(5, TWO);
  expect(await chosen({})).toBe(last);
  expect(await chosen({ at: new Date(at(3)) })).toBe(byHand);
  expect(await chosen({ at: new Date(at(1)) })).toBe(old);
});

it("sees one that goes on after the time that is wanted", async () => {
  await put(1, ONE);
  await put(2, TWO);
  await put(3, ONE);
  await expect(chosen({ at: new Date(at(2)) })).rejects.toMatchObject({ code: "INPUT_INVALID" });
});

it("sees it where other hosts went on long after both", async () => {
  await put(1, ONE);
  await put(2, TWO);
  await put(3, ONE);
  const after = (seconds: number) => new Date(Date.parse(at(4)) + seconds * 1000).toISOString();
  for (let n = 0; n < 110; n++)
    await putSnapshot(made.repository, { createdAt: after(n), host: "web-2" });
  for (const wish of [{ host: "web-1" }, { host: "web-1", at: new Date(at(5)) }])
    await expect(chosen(wish)).rejects.toMatchObject({ code: "INPUT_INVALID" });
});

it("sees one that has only stored deltas since the other one began", async () => {
  const continuous = (hour: number, installation: string, history: string) =>
    putSnapshot(made.repository, { createdAt: at(hour), installation, history, journaled: 1 });
  const putChanges = (createdAt: string, history: string) => {
    const until = Date.parse(createdAt);
    return putDelta(made.repository, {
      header: {
        format: "flowg-repository-delta",
        version: 1,
        id: randomUUID(),
        createdAt,
        producer: "test",
        host: "web-1",
        databases: { auth: { history, from: 1, to: 1, until, commits: 0, bytes: 0 } },
      },
      commits: {},
    });
  };
  const second = (n: number) => new Date(Date.parse(at(2)) + n * 1000).toISOString();
  await continuous(1, ONE, "history of one");
  const other = await continuous(2, TWO, "history of two");
  await putChanges(at(1), "history of one");
  for (let n = 1; n < 100; n++) await putChanges(second(n), "history of two");
  // the first one has ended before
  expect(await chosen({})).toBe(other);
  await putChanges(second(100), "history of one");
  await expect(chosen({})).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining(`${ONE} (last ${second(100)})`),
  });
  expect(await chosen({ installation: TWO })).toBe(other);
});

it("counts no other host, no other tag, and nothing that notes no installation", async () => {
  await put(1, ONE);
  await put(2, TWO, { host: "web-2" });
  await put(2, TWO, { tags: ["other"] });
  const last = await put(3, ONE, { tags: ["mine"] });
  const byHand = await put(4);
  await put(5, TWO, { host: "web-2" });
  expect(await chosen({ host: "web-1", tags: ["mine"] })).toBe(last);
  await expect(chosen({ host: "web-1" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  expect(await chosen({ snapshot: byHand.slice(0, 8) })).toBe(byHand);
});

it("sees the other one in another repository", async () => {
  const there = await encrypted(new MemoryPlace());
  const mine = await put(2, ONE);
  await put(4, ONE);
  await putSnapshot(there.repository, { createdAt: at(3), installation: TWO, host: "web-1" });
  for (const from of [
    [made, there],
    [there, made],
  ]) {
    await expect(chosen({}, from)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await chosen({ installation: ONE, at: new Date(at(3)) }, from)).toBe(mine);
  }
});

it("lists whose they are, and the newest of each", async () => {
  const [one, two] = [await put(1, ONE), await put(2, TWO)];
  const last = await put(3, ONE);
  const repository = made.repository as Repository;
  const { snapshots } = await listRepository(repository);
  expect(snapshots.map(({ setId, installation }) => [setId, installation])).toEqual([
    [last, ONE],
    [two, TWO],
    [one, ONE],
  ]);
  const newest = await listRepository(repository, { latest: true });
  expect(newest.snapshots.map(({ setId }) => setId)).toEqual([last, two]);
});
