// What can't have changed since an earlier instant: one case of each kind. (The model test tries sequences of them.)

import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lmdb } from "../../../server/engine/lmdb.js";
import { eachRecord } from "../../../server/formats/snapshot/badger.js";
import type { KeyRange } from "../../../server/records/keys.js";
import { encodeValue, entryKey, streamKey } from "../../../server/records/records.js";
import type { TrackingPoint } from "../../../server/records/tracking-point.js";
import type { Changes, Database } from "../../../server/storage/database.js";
import { workspace } from "../../operations/offline/contents.js";

const uuid = (n: number) => `11111111-2222-4333-8444-${String(n).padStart(12, "0")}`;
const entry = (stream: string, ms: number) => entryKey(stream, ms, uuid(ms % 1000));
const VALUE = encodeValue({ timestamp: "2026-01-01T00:00:00Z", fields: { n: "1" } });
const STREAM = encodeValue({ ttl: 0, size: 0, indexed_fields: [] });
const HOUR = 3_600_000;

const text = (ranges: KeyRange[] | undefined) =>
  ranges?.map(({ start, end }) =>
    [start, end].map((key) => key.toString().replaceAll("\x1b", "/")),
  );

function place(dir: string) {
  const at = { kind: "logs" as const, dir };
  const held = () => lmdb.hold([at]);
  return {
    open: () => lmdb.open(at, { mode: "create" }),
    put: (database: Database, ...keys: Buffer[]) =>
      database.change((changes: Changes) => {
        for (const key of keys) changes.put(key, key[0] === 0x65 ? VALUE : STREAM);
      }),
    async point(): Promise<TrackingPoint> {
      await using instant = await held();
      const { tracking } = instant.facts.logs ?? {};
      if (!tracking) throw new Error("nothing is tracked");
      return tracking;
    },
    async since(point: TrackingPoint) {
      await using instant = await held();
      return instant.writtenSince("logs", point);
    },
    async keys(range: { start?: Buffer; end?: Buffer }) {
      await using instant = await held();
      const keys: string[] = [];
      for await (const { bytes } of instant.blocks("logs", { check: true, range }))
        eachRecord(bytes, (start, end) => {
          keys.push(Buffer.from(bytes.subarray(start, end)).toString().replaceAll("\x1b", "/"));
        });
      return keys;
    },
  };
}

test("tells parts of streams and kinds of records, and nothing where nothing was written", async () => {
  await using space = await workspace();
  const at = place(join(space.path, "logs"));
  await using database = await at.open();
  await at.put(database, streamKey("a"), entry("a", HOUR), entry("b", HOUR));
  const first = await at.point();
  expect(await at.since(first)).toEqual([]);
  // what is only noted changes no record
  await database.change(({ local }) => local.put(Buffer.from("x"), VALUE));
  expect(await at.since(first)).toEqual([]);
  await database.change((changes) => changes.endEpoch());
  const second = await at.point();
  expect(await at.since(first)).toEqual([]);
  await at.put(database, entry("b", 2 * HOUR), entry("b", 2 * HOUR + 40_000));
  await database.change((changes) => changes.remove(streamKey("a")));
  const digits = (ms: number) => String(ms).padStart(20, "0");
  const bucket = (ms: number, more = 0) => digits((Math.floor(ms / 10_000) + more) * 10_000);
  expect(text(await at.since(second))).toEqual([
    [`entry/b/${bucket(2 * HOUR)}`, `entry/b/${bucket(2 * HOUR, 1)}`],
    [`entry/b/${bucket(2 * HOUR + 40_000)}`, `entry/b/${bucket(2 * HOUR + 40_000, 1)}`],
    ["stream", "stream\x1c"],
  ]);
  // what the first epoch wrote may have been after the first instant
  expect(text(await at.since(first))?.map(([start]) => start)).toEqual([
    `entry/a/${bucket(HOUR)}`,
    `entry/b/${bucket(HOUR)}`,
    `entry/b/${bucket(2 * HOUR)}`,
    `entry/b/${bucket(2 * HOUR + 40_000)}`,
    "stream",
  ]);
});

test("tells nothing of a copy that went on by itself, and of another history", async () => {
  await using space = await workspace();
  const dir = join(space.path, "logs");
  const at = place(dir);
  {
    await using database = await at.open();
    await at.put(database, entry("a", HOUR));
  }
  const before = await at.point();
  await cp(dir, join(space.path, "copy"), { recursive: true });
  {
    await using database = await at.open();
    await at.put(database, entry("a", 2 * HOUR));
  }
  const lost = await at.point();
  expect(await at.since(before)).toHaveLength(2);
  await rm(dir, { recursive: true });
  await cp(join(space.path, "copy"), dir, { recursive: true });
  expect(await at.since(lost)).toBeUndefined();
  {
    await using database = await at.open();
    await at.put(database, entry("a", 3 * HOUR));
    expect(await at.since(lost)).toBeUndefined();
    await at.put(database, entry("a", 4 * HOUR));
  }
  expect(await at.since(lost)).toBeUndefined();
  expect(text(await at.since(before))?.map(([, end]) => end)).toHaveLength(3);
  expect(await at.since({ ...before, history: "other" })).toBeUndefined();
});

test("walks a range of keys", async () => {
  await using space = await workspace();
  const at = place(join(space.path, "logs"));
  await using database = await at.open();
  const keys = [1, 2, 3, 4].map((n) => entry("a", n * HOUR));
  await at.put(database, ...keys, streamKey("a"));
  const all = keys.map((key) => key.toString().replaceAll("\x1b", "/"));
  const [, second, , fourth] = keys as [Buffer, Buffer, Buffer, Buffer];
  expect(await at.keys({ start: second, end: fourth })).toEqual(all.slice(1, 3));
  expect(await at.keys({ end: second })).toEqual(all.slice(0, 1));
  expect(await at.keys({ start: fourth })).toEqual([...all.slice(3), "stream/a"]);
  expect(await at.keys({ start: Buffer.from("x") })).toEqual([]);
  expect(await at.keys({})).toEqual([...all, "stream/a"]);
});
