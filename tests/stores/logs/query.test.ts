import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFilter } from "../../../server/records/logs/filter.js";
import { entryOf } from "../../../server/records/logs/written-entry.js";
import { encodeValue, entryKey } from "../../../server/records/records.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import { temporaryDatabase } from "../../engine/temporary.js";
import { eventually } from "../../eventually.js";
import { clearRecords, rederive } from "../../storage/rederive.js";
import { collect, storedEntries } from "./collect.js";

const uuid = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
const NONE = { ttl: 0, size: 0, indexed_fields: [] };

test("a window includes its first millisecond, not its last; newest first", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  for (const ms of [1_000, 3_000, 2_000, 4_000])
    await store.ingest([{ stream: "s", fields: { ms: String(ms) } }], ms);
  const found = async (fromMs: number, toMs: number) =>
    (await collect(store, "s", { fromMs, toMs })).map(({ fields }) => Number(fields.ms));
  expect(await found(0, 10_000)).toEqual([4_000, 3_000, 2_000, 1_000]);
  expect(await found(2_000, 4_000)).toEqual([3_000, 2_000]);
  expect(await found(2_000.5, 4_000.5)).toEqual([4_000, 3_000]);
  expect(await found(-5, 1_000)).toEqual([]);
  expect(await found(3_000, 3_000)).toEqual([]);
  expect(await found(5_000, 1_000)).toEqual([]);
  expect(await found(Number.NaN, Number.NaN)).toEqual([]);
  expect((await collect(store, "s", { limit: 1 })).map(({ timestamp }) => timestamp)).toEqual([
    "1970-01-01T00:00:04Z",
  ]);
  expect(await collect(store, "s", { limit: 0 })).toEqual([]);
  expect(await collect(store, "unknown")).toEqual([]);
  expect(await collect(store, "a\x1bb")).toEqual([]);
  expect(await store.streams.get("unknown")).toBeUndefined();
});

const values = ["", "x", "y", `${"long".repeat(30)}1`, `${"long".repeat(30)}2`];
const entry = fc.record({
  ms: fc.nat(20),
  fields: fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom(...values)),
});
const text = fc.constantFrom(...values).map((value) => JSON.stringify(value));
const test1 = fc
  .tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("=", "!=", "in", "not in"), fc.array(text))
  .map(([field, operator, list]) =>
    operator.endsWith("in")
      ? `${field} ${operator} [${list}]`
      : `${field} ${operator} ${list[0] ?? '""'}`,
  );
const filter = fc
  .array(fc.tuple(fc.constantFrom("and", "or", "and not"), test1), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map(([join, part], i) => (i === 0 ? part : `${join} ${part}`)).join(" "));

test("an index never changes the answer, whichever fields have one", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 30 }),
      fc.subarray(["a", "b", "c"]),
      filter,
      fc.record({ fromMs: fc.nat(20), toMs: fc.nat(22), limit: fc.nat(10) }),
      async (entries, indexed_fields, filterText, window) => {
        await db.records.transaction(() => {
          clearRecords(db);
          for (const [n, { ms, fields }] of entries.entries()) {
            const value = encodeValue({ timestamp: `${ms} ${n}`, fields });
            db.records.put(entryKey("s", ms, uuid(n)), value);
          }
          rederive(db);
        });
        const query = { ...window, filter: filterText };
        await store.streams.configure("s", NONE);
        const plain = await collect(store, "s", query);
        await store.streams.configure("s", { ...NONE, indexed_fields });
        const filling = await collect(store, "s", query);
        await store.finishWork();
        const indexed = await collect(store, "s", query);
        expect(filling).toEqual(plain);
        expect(indexed).toEqual(plain);
      },
    ),
    { numRuns: 150 },
  );
});

test("a long answer comes in slices, complete and in order, by walk and by index", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  await store.streams.configure("s", { ...NONE, indexed_fields: ["parity", "n"] });
  const count = 30_000;
  const wide = "w".repeat(200);
  await store.ingest(
    Array.from({ length: count / 2 }, (_, n) => ({
      stream: "s",
      fields: { n: String(n), parity: String(n % 2), wide },
    })),
    5,
  );
  await store.ingest(
    Array.from({ length: count / 2 }, (_, n) => ({
      stream: "s",
      fields: { n: String(n + count / 2), parity: String(n % 2), wide },
    })),
    6,
  );
  const all = storedEntries(db, "s");
  expect(all).toHaveLength(count);
  expect(await collect(store, "s")).toEqual(all);
  expect(await collect(store, "s", { filter: 'parity = "0"' })).toEqual(
    all.filter(({ fields }) => fields.parity === "0"),
  );
  expect(await collect(store, "s", { filter: 'parity in ["0","1"] or n = "7"' })).toEqual(all);
  // others get their turn while a query runs
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  await collect(store, "s");
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(3);
});

test("a reader that pauses pins no read transaction, and survives a change of the indexes", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  await store.streams.configure("s", { ...NONE, indexed_fields: ["a"] });
  const fields = { a: "1", wide: "w".repeat(10_000) };
  for (let ms = 1; ms <= 4; ms += 1)
    await store.ingest(
      Array.from({ length: 300 }, () => ({ stream: "s", fields })),
      ms,
    );
  const reader = store.query("s", { fromMs: 0, toMs: 10, filter: parseFilter('a = "1"') });
  const times: string[] = [];
  const take = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      const next = await reader.next();
      if (!next.done) times.push(entryOf(next.value).timestamp);
    }
  };
  await take(250);
  // a reader in the middle of a transaction would have its number instead of the dash
  await eventually(() =>
    expect(db.root.readerList().trim().split("\n").slice(1).join("")).toMatch(/^ *\d+ \S+ -$/),
  );
  await store.streams.configure("s", NONE);
  await take(250);
  await store.finishWork();
  await store.streams.configure("s", { ...NONE, indexed_fields: ["a"] });
  await take(250);
  await store.finishWork();
  for await (const next of reader) times.push(entryOf(next).timestamp);
  expect(times).toHaveLength(1_200);
  expect(times).toEqual([...times].sort().reverse());
});

test("a query ends on its signal", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  const fields = { wide: "w".repeat(100_000) };
  await store.ingest(
    Array.from({ length: 100 }, () => ({ stream: "s", fields })),
    1,
  );
  const stop = new AbortController();
  const read = async () => {
    let count = 0;
    for await (const _ of store.query("s", { fromMs: 0, toMs: 10, signal: stop.signal })) {
      count += 1;
      if (count === 1) stop.abort(new Error("closed"));
    }
  };
  await expect(read()).rejects.toThrow("closed");
});
