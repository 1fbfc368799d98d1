import fc from "fast-check";
import { expect, test } from "vitest";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { writeMark } from "../../../server/storage/notes/restore-mark.js";
import {
  getIndexJob,
  listPurges,
  purgedAt,
} from "../../../server/storage/notes/unfinished-work.js";
import { writeStreamRecord } from "../../../server/storage/stream-record.js";
import {
  finishUnfinished,
  hasUnfinished,
} from "../../../server/storage/unfinished/finish-unfinished.js";
import { stepIndexJob } from "../../../server/storage/unfinished/index-job.js";
import { stepPurge } from "../../../server/storage/unfinished/purge.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import { derivedAndExpected, temporaryDatabase } from "../../engine/temporary.js";
import { collect, listed, storedEntries } from "./collect.js";

const NONE = { ttl: 0, size: 0, indexed_fields: [] };
const many = (stream: string, count: number, fields: Record<string, string>) =>
  Array.from({ length: count }, () => ({ stream, fields }));

test("a look makes a stream, and shows what another call gave it meanwhile", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  expect(await store.streams.getOrCreate("new")).toEqual(NONE);
  expect([...(await listed(store)).keys()]).toEqual(["new"]);
  const change: typeof db.change = async (work) => {
    await store.streams.configure("both", { ...NONE, ttl: 60 });
    return await db.change(work);
  };
  const other = openLogStore({ ...db, change });
  expect(await other.streams.getOrCreate("both")).toEqual({ ...NONE, ttl: 60 });
  expect(await store.streams.get("both")).toEqual({ ...NONE, ttl: 60 });
});

test("a stream begins with defaults and keeps its configuration in FlowG's form", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  const { streams } = store;
  // a look makes nothing
  expect(await streams.getOrDefault("b")).toEqual(NONE);
  expect(await listed(store)).toEqual(new Map());
  expect(await streams.configure("b", NONE)).toEqual(NONE);
  const config = { indexed_fields: ["x", "a", "x"], size: -1, ttl: 60 };
  expect(await streams.configure("a b", config)).toEqual({
    ttl: 60,
    size: -1,
    indexed_fields: ["a", "x"],
  });
  expect(await streams.getOrDefault("a b")).toMatchObject({ ttl: 60 });
  expect([...(await listed(store)).keys()]).toEqual(["a b", "b"]);
  expect(db.records.get(Buffer.from("stream\x1ba b"))?.toString()).toBe(
    '{"ttl":60,"size":-1,"indexed_fields":["a","x"]}',
  );
  await expect(streams.configure("b", { ...NONE, ttl: 1.5 })).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
  for (const bad of ["", "a\x1bb", "x".repeat(513)]) {
    await expect(streams.getOrDefault(bad)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(streams.configure(bad, NONE)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(streams.delete(bad)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  }
});

test("a stream has at most 1,000 indexed fields", async () => {
  await using db = await temporaryDatabase("logs");
  const { streams } = openLogStore(db);
  const config = (count: number) => ({
    ...NONE,
    indexed_fields: Array.from({ length: count }, (_, i) => `f${i}`),
  });
  await expect(streams.configure("s", config(1_001))).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: "1001 indexed fields are more than the 1000 allowed",
  });
  expect(await streams.get("s")).toBeUndefined();
  expect((await streams.configure("s", config(1_000))).indexed_fields).toHaveLength(1_000);
});

test("deleting a stream leaves those whose names go on, or begin, alike", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  const names = ["app", "app:web", "app web", "app/web", "ap", "appé", "entry"];
  for (const name of names) {
    await store.streams.configure(name, { ...NONE, indexed_fields: ["f"] });
    await store.ingest(many(name, 3, { f: name }), 5);
  }
  await store.streams.delete("app");
  await store.finishWork();
  for (const name of names) {
    const gone = name === "app";
    expect(storedEntries(db, name)).toHaveLength(gone ? 0 : 3);
    expect(await store.streams.fields(name)).toEqual(gone ? [] : ["f"]);
    const found = await collect(store, name, { filter: `f = ${JSON.stringify(name)}` });
    expect(found).toHaveLength(gone ? 0 : 3);
  }
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
  await store.streams.delete("never was");
  expect(listPurges(db).size).toBe(0);
});

test("a large stream is gone at once, and a new one of its name is whole while the old is removed", async () => {
  await using db = await temporaryDatabase("logs");
  let now = 1_000;
  const store = openLogStore(db, { now: () => now });
  await store.streams.configure("s", { ...NONE, indexed_fields: ["f"] });
  for (let n = 0; n < 5_000; n += 1_000) {
    const entries = many("s", 1_000, { f: "x" }).map((entry, i) => ({
      ...entry,
      fields: { ...entry.fields, [`field ${n + i}`]: "" },
    }));
    await store.ingest(entries);
  }
  await store.streams.delete("s");
  expect(await collect(store, "s")).toEqual([]);
  expect(await store.streams.fields("s")).toEqual([]);
  expect(await listed(store)).toEqual(new Map());
  // most of it is still there, and a snapshot can tell
  const isPurged = purgedAt(db);
  const left = [...db.records.keys({})] as Buffer[];
  expect(left.length).toBeGreaterThan(5_000);
  expect(left.every((key) => isPurged?.(key))).toBe(true);

  while (listPurges(db).get("s")?.fields) await db.change((changes) => stepPurge(changes, "s"));
  now += 1;
  await store.ingest(many("s", 2, { f: "x", g: "new" }));
  await store.streams.configure("s", { ...NONE, indexed_fields: ["f"] });
  const answers = new Set<number>();
  const steps = async () => {
    for (let i = 0; i < 4; i += 1) {
      await db.change((changes) => stepPurge(changes, "s"));
      answers.add((await collect(store, "s")).length);
      answers.add((await collect(store, "s", { filter: 'f = "x"' })).length);
    }
  };
  await steps();
  expect(storedEntries(db, "s").length).toBeGreaterThan(2);
  const kept = ([...db.records.keys({})] as Buffer[]).filter((key) => !purgedAt(db)?.(key));
  expect(kept.map((key) => key.toString().split("\x1b")[0])).toEqual([
    "entry",
    "entry",
    "field",
    "field",
    "stream",
  ]);
  await store.finishWork();
  answers.add((await collect(store, "s", { filter: 'f = "x"' })).length);
  expect([...answers]).toEqual([2]);
  expect(storedEntries(db, "s")).toHaveLength(2);
  expect(await store.streams.fields("s")).toEqual(["f", "g"]);
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
});

test("an entry in the millisecond of a deletion is not taken for a deleted one", async () => {
  await using db = await temporaryDatabase("logs");
  let now = 1_000;
  const store = openLogStore(db, { now: () => now });
  await store.ingest(many("s", 600, { old: "1" }));
  await store.streams.delete("s");
  let stored = false;
  const waiting = store.ingest(many("s", 1, { new: "1" })).then(() => {
    stored = true;
  });
  await store.ingest(many("other", 1, {}));
  if (listPurges(db).has("s")) expect(stored).toBe(false);
  now += 1;
  await waiting;
  await store.finishWork();
  expect((await collect(store, "s")).map(({ fields }) => fields)).toEqual([{ new: "1" }]);
});

test("an index that is being filled after a crash goes on where it was", async () => {
  await using db = await temporaryDatabase("logs");
  const first = openLogStore(db);
  await first.ingest(many("s", 1_700, { f: "x" }), 5);
  await first.ingest(many("s", 1, { f: "y" }), 6);
  await first.streams.configure("s", { ...NONE, indexed_fields: ["f"] });
  const at = { stream: "s", field: "f" };
  for (let i = 0; i < 2; i += 1) await db.change((changes) => stepIndexJob(changes, at));
  const job = getIndexJob(db, "s", "f");
  expect(job).toMatchObject({ phase: "fill", after: expect.stringMatching(/^entry\x1bs\x1b/) });
  expect(await collect(first, "s", { filter: 'f = "y"' })).toHaveLength(1);
  expect(await collect(first, "s", { filter: 'f = "x"' })).toHaveLength(1_700);
  await first.ingest(many("s", 5, { f: "y" }), 1);

  // the process is gone; another one opens the directory
  const again = await openDatabase({ kind: "logs", dir: db.dir, mode: "write" });
  const second = openLogStore(again);
  second.start();
  await second.finishWork();
  expect(getIndexJob(again, "s", "f")).toBeUndefined();
  expect(await collect(second, "s", { filter: 'f = "y"' })).toHaveLength(6);
  expect(await collect(second, "s", { filter: 'f = "x"' })).toHaveLength(1_700);
  const { found, expected } = derivedAndExpected(again);
  expect(found).toEqual(expected);
  await second.close();
  await again.close();
});

test("finishing inside one transaction leaves nothing noted and what the law says", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  for (const stream of ["a", "b"]) {
    await store.ingest(many(stream, 1_200, { f: "x", g: "y" }), 5);
    await store.streams.configure(stream, { ...NONE, indexed_fields: ["f", "g"] });
  }
  await db.change((changes) => stepIndexJob(changes, { stream: "b", field: "f" }));
  await store.streams.configure("b", { ...NONE, indexed_fields: ["g"] });
  await store.streams.delete("a");
  await store.ingest(many("a", 1, { f: "new" }), 6);
  expect(hasUnfinished(db)).toBe(true);
  await db.change(finishUnfinished);
  expect(hasUnfinished(db)).toBe(false);
  const notes = [...db.local.keys({})]
    .map(String)
    .filter((name) => !/^(tracking|written)\b/.test(name));
  expect(notes.sort()).toEqual(["kind", "made", "schema"]);
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
  expect(storedEntries(db, "a")).toHaveLength(1);
  expect(storedEntries(db, "b")).toHaveLength(1_200);
});

const stream = fc.constantFrom("app", "app:web", "app b");
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("ingest" as const),
      stream,
      ms: fc.nat(5_000),
      fields: fc.dictionary(fc.constantFrom("f", "g", "h:i"), fc.constantFrom("", "x", "y")),
      count: fc.constantFrom(1, 3, 600),
    }),
  },
  fc.record({
    do: fc.constant("configure" as const),
    stream,
    ttl: fc.constantFrom(0, 0, 3),
    size: fc.constantFrom(0, 0, 1),
    indexed_fields: fc.subarray(["f", "g", "h:i"]),
  }),
  fc.record({ do: fc.constant("delete" as const), stream }),
  fc.record({ do: fc.constant("step" as const), stream, field: fc.constantFrom("f", "g") }),
  fc.record({ do: fc.constant("finish work" as const) }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.nat(3_000) }),
);

test("after any operations the derived data are what the records say, and queries agree with them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
      await using db = await temporaryDatabase("logs");
      let now = 10_000;
      const store = openLogStore(db, { now: () => now });
      const check = async () => {
        for (const name of ["app", "app:web", "app b"]) {
          const all = await collect(store, name);
          const walked = all.filter(({ fields }) => fields.f === "x");
          expect(await collect(store, name, { filter: 'f = "x"' })).toEqual(walked);
        }
      };
      for (const step of operations) {
        now += 1;
        if (step.do === "ingest")
          await store.ingest(many(step.stream, step.count, step.fields), now - step.ms);
        else if (step.do === "configure") await store.streams.configure(step.stream, step);
        else if (step.do === "delete") {
          await store.streams.delete(step.stream);
          expect(await collect(store, step.stream)).toEqual([]);
        } else if (step.do === "step") {
          await db.change((changes) => {
            stepPurge(changes, step.stream);
            stepIndexJob(changes, step);
          });
        } else if (step.do === "wait") now += step.ms;
        else await store.finishWork();
        await check();
      }
      await store.finishWork();
      await check();
      const { found, expected } = derivedAndExpected(db);
      expect(found).toEqual(expected);
      await store.close();
    }),
    { numRuns: 30 },
  );
});

test("the bound of streams holds where one transaction makes several", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db, { maxStreams: 3 });
  await store.ingest([{ stream: "a", fields: {} }]);
  // of one log, say by a pipeline with several routers: all or none
  const several = ["b", "c", "d"].map((stream) => ({ stream, fields: {} }));
  await expect(store.ingest(several)).rejects.toMatchObject({
    code: "REFUSED",
    message: "there are 1 streams, and 3 are allowed: 3 more are not made",
  });
  expect([...(await listed(store)).keys()]).toEqual(["a"]);
  // of many logs that share it: what is refused takes no place from the others, and one stream is one
  const together = await Promise.allSettled([
    store.ingest(several),
    store.ingest([...many("b", 1, {}), ...many("b", 1, {}), ...many("a", 1, {})]),
    store.ingest(many("c", 1, {})),
    store.ingest(many("d", 1, {})),
    store.ingest(many("e", 1, {})),
    store.ingest(many("b", 1, {})),
  ]);
  expect(together.map(({ status }) => status)).toEqual([
    "rejected",
    "fulfilled",
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  expect([...(await listed(store)).keys()]).toEqual(["a", "b", "c"]);
  expect(await collect(store, "b")).toHaveLength(3);
  await store.streams.delete("b");
  await store.ingest(many("e", 1, {}));
  expect([...(await listed(store)).keys()]).toEqual(["a", "c", "e"]);
});

test("the bound of streams holds for every way to make them; those of a restore stay", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db, { maxStreams: 2 });
  const refused = { code: "REFUSED", message: expect.stringContaining("as many as allowed") };
  await store.ingest([{ stream: "a", fields: {} }]);
  await store.streams.configure("b", NONE);
  await expect(store.streams.configure("c", NONE)).rejects.toMatchObject(refused);
  await expect(store.ingest([{ stream: "c", fields: {} }])).rejects.toMatchObject(refused);
  // one that is refused doesn't take along what shares its transaction, and stores nothing by halves
  const together = await Promise.allSettled([
    store.ingest(many("a", 1, { n: "1" })),
    store.ingest([...many("a", 1, { n: "2" }), ...many("c", 1, {})]),
    store.ingest(many("b", 1, { n: "3" })),
  ]);
  expect(together.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect((await collect(store, "a")).map(({ fields }) => fields.n)).toEqual(["1", undefined]);
  expect([...(await listed(store)).keys()]).toEqual(["a", "b"]);
  await store.streams.configure("b", { ...NONE, ttl: 5 });
  await store.streams.delete("a");
  await store.ingest([{ stream: "c", fields: {} }]);
  // as a restore would
  await db.change((changes) => {
    writeStreamRecord(changes, "d", NONE);
    writeMark(changes, { run: "r", at: "", of: ["logs"] });
  });
  await store.streams.delete("c");
  await expect(store.streams.configure("e", NONE)).rejects.toMatchObject(refused);
  expect([...(await listed(store)).keys()]).toEqual(["b", "d"]);
});
