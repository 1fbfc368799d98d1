// Which snapshot a drill takes: the one that a restore would.

import { beforeEach, expect, it } from "vitest";
import { chosenSnapshots, type DrillWish } from "../../../server/operations/drill/choose.js";
import { openSnapshot } from "../../../server/operations/repository/open-snapshot.js";
import type { Repository } from "../../../server/repository/repository.js";
import { open, putSnapshot } from "../made.js";
import { MemoryPlace } from "../memory-place.js";

let place: MemoryPlace;
let repository: Repository;
beforeEach(() => {
  place = new MemoryPlace();
  repository = { id: "00000000-0000-4000-8000-000000000000", ...open(place) };
});

const put = (
  createdAt: string,
  more: { host?: string; tags?: string[]; journaled?: number } = {},
) => putSnapshot(repository, { createdAt, ...more });
const drilled = async (wish: DrillWish) =>
  (await chosenSnapshots(repository, wish)).chosen.map(({ ref }) => ref.setId);
const restored = async (wish: { at?: Date; host?: string; noDeltas?: boolean }) => {
  const { copies } = await openSnapshot([{ repository }], wish);
  return [copies[0].manifest.setId];
};

it("of a time, after the clock was set back, it is the newest that holds no later change", async () => {
  const before = await put("2026-11-28T10:00:00.000Z");
  // it was made at noon; then the clock was set to half past ten
  const later = await put("2026-11-28T10:30:00.000Z", {
    journaled: Date.parse("2026-11-28T12:00:00.000Z"),
  });
  const wish = { at: new Date("2026-11-28T11:00:00.000Z") };
  expect(await drilled(wish)).toEqual([before]);
  expect(await restored({ ...wish })).toEqual([before]);
  // the snapshot alone is meant by its own time
  expect(await drilled({ ...wish, noDeltas: true })).toEqual([later]);
  expect(await restored({ ...wish, noDeltas: true })).toEqual([later]);
  await expect(drilled({ at: new Date("2026-11-28T09:00:00.000Z") })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

it("of a host, it is the newest of that one", async () => {
  const mine = await put("2026-11-28T10:00:00.000Z", { host: "db-1" });
  const other = await put("2026-11-28T11:00:00.000Z", { host: "web-1" });
  expect(await drilled({})).toEqual([other]);
  expect(await drilled({ host: "db-1" })).toEqual([mine]);
  expect(await restored({ host: "db-1" })).toEqual([mine]);
  expect(await drilled({ host: "db-1", eachAge: true })).toEqual([mine]);
  await expect(drilled({ host: "db-2" })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringMatching(/of the host "db-2".*hosts: db-1, web-1$/),
  });
  await expect(drilled({ host: "db-2", eachAge: true })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

it("one that can't be read may be meant, and is drilled", async () => {
  await put("2026-11-28T10:00:00.000Z", { host: "db-1" });
  const broken = await put("2026-11-28T11:00:00.000Z", { host: "web-1" });
  const path = place.paths("snapshots/").find((one) => one.includes(broken)) as string;
  await place.put(path, Buffer.from("not what it was"));
  expect(await drilled({ host: "db-1" })).toEqual([broken]);
  expect(await drilled({ of: { host: "db-1", tag: "job:nightly" } })).toEqual([broken]);
});
