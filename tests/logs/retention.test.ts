import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { openLogStore } from "../../server/logs/store.js";
import { derivedAndExpected, temporaryDatabase } from "../database/temporary.js";
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
  await store.settle();
  expect(storedEntries(db, "s")).toHaveLength(1);
  expect(storedEntries(db, "kept")).toHaveLength(1_201);
  expect(storedEntries(db, "s:x")).toHaveLength(1_201);
  // a longer time to live shows again what isn't removed yet
  now += 1;
  expect(await collect(store, "s")).toEqual([]);
  await store.streams.configure("s", { ...config, ttl: 60 });
  expect(await collect(store, "s")).toHaveLength(1);
  now += 100_000;
  await store.settle();
  expect(store.streams.total("s")).toEqual({ entries: 0, bytes: 0 });
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
  await store.settle();
  const { entries, bytes } = store.streams.total("s");
  expect(bytes).toBeLessThanOrEqual(2 * MIB);
  expect(bytes).toBeGreaterThan(2 * MIB - 11_000);
  const left = await collect(store, "s");
  expect(left).toHaveLength(entries);
  expect(left[0]?.fields.n).toBe("last");
  expect(left.at(-1)?.fields.n).toBe(String(300 - (entries - 2)));
  expect(await collect(store, "s", { filter: 'f = "v"' })).toHaveLength(entries - 1);
  await store.streams.configure("s", { ttl: 0, size: 0, indexed_fields: [] });
  await store.settle();
  expect(store.streams.total("s").entries).toBe(entries);
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
