import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Environment } from "../../../server/engine/lmdb/environment.js";
import { under } from "../../../server/records/keys.js";
import { writeMark } from "../../../server/storage/notes/restore-mark.js";
import { writeStreamRecord } from "../../../server/storage/stream-record.js";
import type { Instant } from "../../../server/storage/tables.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import { derivedAndExpected, temporaryDatabase } from "../../engine/temporary.js";
import { collect, storedEntries } from "./collect.js";

const MIB = 1024 * 1024;

test("hides an entry when its time is over and removes it, with its postings", async () => {
  await using db = await temporaryDatabase("logs");
  let now = 100_000;
  const store = openLogStore(db, { now: () => now });
  const config = { ttl: 10, size: 0, indexed_fields: ["f"] };
  await store.streams.configure("s", config);
  await store.streams.configure("kept", { ...config, ttl: 0 });
  for (const stream of ["s", "kept", "s:x"]) {
    for (let n = 0; n < 1_200; n += 1)
      void store.ingest([{ stream, fields: { f: "old" } }], 90_000);
    await store.ingest([{ stream, fields: { f: "new" } }], 90_001);
  }
  expect(await collect(store, "s")).toHaveLength(1_201);
  now += 1;
  expect((await collect(store, "s")).map(({ fields }) => fields.f)).toEqual(["new"]);
  expect(await collect(store, "s", { filter: 'f = "old"' })).toEqual([]);
  expect(storedEntries(db, "s")).toHaveLength(1_201);
  await store.finishWork();
  expect(storedEntries(db, "s")).toHaveLength(1);
  expect(storedEntries(db, "kept")).toHaveLength(1_201);
  expect(storedEntries(db, "s:x")).toHaveLength(1_201);
  // a longer time to live shows again what isn't removed yet
  now += 1;
  expect(await collect(store, "s")).toEqual([]);
  await store.streams.configure("s", { ...config, ttl: 60 });
  expect(await collect(store, "s")).toHaveLength(1);
  now += 100_000;
  await store.finishWork();
  expect(await store.streams.total("s")).toEqual({ entries: 0, bytes: 0 });
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
});

test("removes the oldest entries until the rest fits", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  await store.streams.configure("s", { ttl: 0, size: 2, indexed_fields: ["f"] });
  const text = "x".repeat(10_000);
  for (let ms = 1; ms <= 300; ms += 1)
    void store.ingest([{ stream: "s", fields: { f: "v", n: String(ms), text } }], ms);
  await store.ingest([{ stream: "s", fields: { n: "last" } }], 301);
  await store.finishWork();
  const { entries, bytes } = await store.streams.total("s");
  expect(bytes).toBeLessThanOrEqual(2 * MIB);
  expect(bytes).toBeGreaterThan(2 * MIB - 11_000);
  const left = await collect(store, "s");
  expect(left).toHaveLength(entries);
  expect(left[0]?.fields.n).toBe("last");
  expect(left.at(-1)?.fields.n).toBe(String(300 - (entries - 2)));
  expect(await collect(store, "s", { filter: 'f = "v"' })).toHaveLength(entries - 1);
  await store.streams.configure("s", { ttl: 0, size: 0, indexed_fields: [] });
  await store.finishWork();
  expect((await store.streams.total("s")).entries).toBe(entries);
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
});

test("sweeps by itself once started, and says when it can't", async () => {
  await using db = await temporaryDatabase("logs");
  const errors: unknown[] = [];
  const store = openLogStore(db, { onError: (error) => errors.push(error) });
  await store.streams.configure("s", { ttl: 1, size: 0, indexed_fields: [] });
  await store.ingest([{ stream: "s", fields: {} }]);
  store.start();
  while (storedEntries(db, "s").length > 0) await setTimeout(50);
  expect(await collect(store, "s")).toEqual([]);
  expect(errors).toEqual([]);
  await store.close();
});

const RANGES = new Set(["range", "findRange", "keys"]);

/** The same database, with its reads counted: a key of a range counts as one. */
function counted(database: Environment): { database: Environment; reads: () => number } {
  let reads = 0;
  const counting = <T extends object>(table: T): T =>
    new Proxy(table, {
      get(target, name) {
        const value = target[name as keyof T] as unknown;
        if (typeof value !== "function") return value;
        const call = value.bind(target) as (...given: unknown[]) => unknown;
        if (name === "get" || name === "find" || name === "has") {
          return (...given: unknown[]) => {
            reads += 1;
            return call(...given);
          };
        }
        if (name === "count") {
          return (...given: unknown[]) => {
            const count = call(...given) as number;
            reads += count + 1;
            return count;
          };
        }
        if (!RANGES.has(String(name))) return call;
        return (...given: unknown[]) => {
          reads += 1;
          return (function* () {
            for (const item of call(...given) as Iterable<unknown>) {
              reads += 1;
              yield item;
            }
          })();
        };
      },
    });
  const countingAll = <T extends Instant>(tables: T): T =>
    new Proxy(tables, {
      get(target, name) {
        const value = target[name as keyof T] as unknown;
        if (name === "records" || name === "derived" || name === "local")
          return counting(value as object);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  return {
    database: {
      ...database,
      read: (look) => database.read((instant) => look(countingAll(instant))),
      change: (action) => database.change((changes) => action(countingAll(changes))),
    },
    reads: () => reads,
  };
}

async function makeStreams(database: Environment, count: number, ttl: number): Promise<void> {
  await database.change((changes) => {
    for (let n = 0; n < count; n += 1)
      writeStreamRecord(changes, `s${n}`, { ttl, size: n % 2, indexed_fields: [] });
  });
}

test("2,000 streams with something to remove cost a few reads each", async () => {
  await using db = await temporaryDatabase("logs");
  const streams = 2_000;
  await makeStreams(db, streams, 10);
  const { database, reads } = counted(db);
  let now = 100_000;
  const store = openLogStore(database, { now: () => now });
  const entries = Array.from({ length: streams }, (_, n) => ({ stream: `s${n}`, fields: {} }));
  await store.ingest(entries, 100_000);
  await store.finishWork();
  now += 10_001;
  const before = reads();
  await store.finishWork();
  expect(db.records.count(under("entry"))).toBe(0);
  // a look at what is there, a step that removes it, and a look at what is left
  expect((reads() - before) / streams).toBeLessThan(20);
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
});

test("20,000 idle streams cost nothing, however often somebody looks", async () => {
  await using db = await temporaryDatabase("logs");
  await makeStreams(db, 20_000, 1_000);
  const { database, reads } = counted(db);
  const store = openLogStore(database, { now: () => 1_000 });
  await store.finishWork();
  const made = reads();
  for (let tick = 0; tick < 100; tick += 1) await store.finishWork();
  expect((reads() - made) / 100).toBeLessThan(10);
});

test("a restore by another thread or process is taken into account: its limits hold", async () => {
  await using db = await temporaryDatabase("logs");
  let now = 100_000;
  const store = openLogStore(db, { now: () => now });
  await store.ingest([{ stream: "s", fields: {} }], now);
  await store.finishWork();
  now += 60_000;
  await db.change((changes) => {
    writeStreamRecord(changes, "s", { ttl: 10, size: 0, indexed_fields: [] });
    writeMark(changes, { run: "r", at: "", of: ["logs"] });
  });
  await store.finishWork();
  expect(storedEntries(db, "s")).toEqual([]);
});

test("whatever happens to a stream, its entries go when their time is over", async () => {
  await using db = await temporaryDatabase("logs");
  let now = 100_000;
  const store = openLogStore(db, { now: () => now });
  const configure = (ttl: number) =>
    store.streams.configure("s", { ttl, size: 0, indexed_fields: [] });
  const put = (ms: number) => store.ingest([{ stream: "s", fields: {} }], ms);
  await configure(10);
  await put(now);
  await store.finishWork();
  // an older one comes later, and the stream's time grows and shrinks again and again
  await put(now - 5_000);
  for (let ttl = 10; ttl < 3_000; ttl += 1) await configure(ttl);
  await configure(10);
  await store.finishWork();
  now += 5_001;
  await store.finishWork();
  expect(storedEntries(db, "s")).toHaveLength(1);
  await store.streams.delete("s");
  now += 1;
  await configure(10);
  await put(now);
  await store.finishWork();
  now += 10_000;
  await store.finishWork();
  expect(storedEntries(db, "s")).toHaveLength(1);
  now += 1;
  await store.finishWork();
  expect(storedEntries(db, "s")).toEqual([]);
});
