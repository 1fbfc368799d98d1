import { expect, test } from "vitest";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { formatTimestamp } from "../../../server/records/logs/entry.js";
import type { Changes, Database } from "../../../server/storage/database.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import { derivedAndExpected, temporaryDatabase } from "../../engine/temporary.js";
import { collect, listed, storedEntries } from "./collect.js";

test("writes times as Go does", () => {
  const at = (text: string) => formatTimestamp(Date.parse(text));
  expect(at("2026-11-23T10:00:00.000Z")).toBe("2026-11-23T10:00:00Z");
  expect(at("2026-11-23T10:00:00.120Z")).toBe("2026-11-23T10:00:00.12Z");
  expect(at("2026-11-23T10:00:10.100Z")).toBe("2026-11-23T10:00:10.1Z");
  expect(at("2026-11-23T10:00:00.001Z")).toBe("2026-11-23T10:00:00.001Z");
});

test("stores an entry in FlowG's form and creates its stream", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  const fields = JSON.parse(
    '{"z":"1","10":"ten","2":"two","__proto__":"own","a b":"\\u001b\\ud800","":"empty"}',
  ) as Record<string, string>;
  const [stored] = await store.ingest([{ stream: "app:web", fields }], 1_700_000_000_120);
  if (!stored) throw new Error("nothing was stored");
  expect(stored.key.toString()).toMatch(
    /^entry\x1bapp:web\x1b00000001700000000120\x1b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(db.records.get(stored.key)?.toString()).toBe(
    '{"timestamp":"2023-11-14T22:13:20.12Z","fields":{"":"empty","10":"ten","2":"two","__proto__":"own","a b":"\\u001b\ufffd","z":"1"}}',
  );
  expect(await listed(store)).toEqual(
    new Map([["app:web", { ttl: 0, size: 0, indexed_fields: [] }]]),
  );
  expect(await store.streams.fields("app:web")).toEqual(["10", "2", "__proto__", "a b", "z"]);
  expect(await store.streams.fields("app")).toEqual([]);
  const [entry] = await collect(store, "app:web");
  // half a pair of surrogates has no UTF-8 form
  const expected = Object.entries({ ...fields, "a b": "\x1b\ufffd" });
  expect(Object.entries(entry?.fields ?? {}).sort()).toEqual(expected.sort());
});

test("a field name that can't be a key is data all the same", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  const fields = { "a\x1bb": "1", ["x".repeat(2_000)]: "2", "": "3", "\ud800\n": "4", ok: "5" };
  await store.streams.configure("s", { ttl: 0, size: 0, indexed_fields: Object.keys(fields) });
  await store.ingest([{ stream: "s", fields }]);
  const { "\ud800\n": half, ...others } = fields;
  expect((await collect(store, "s"))[0]?.fields).toEqual({ ...others, "\ufffd\n": half });
  expect(await store.streams.fields("s")).toEqual(["ok"]);
  expect((await store.streams.get("s"))?.indexed_fields).toHaveLength(5);
  expect(await collect(store, "s", { filter: "'a\\u001bb' = \"1\"" })).toHaveLength(1);
});

test("refuses what can't be stored, and nothing of the request is", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  const good = { stream: "s", fields: { a: "1" } };
  const huge = { stream: "s", fields: { a: "x".repeat(61 * 1024 * 1024) } };
  for (const bad of [huge, { stream: "a\x1bb", fields: {} }, { stream: "", fields: {} }]) {
    await expect(store.ingest([good, bad])).rejects.toMatchObject({ code: "INPUT_INVALID" });
  }
  const numbers = { a: 1 } as unknown as Record<string, string>;
  await expect(store.ingest([good, { stream: "s", fields: numbers }])).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
  for (const ms of [-1, 1.5, Number.NaN, 1e15])
    await expect(store.ingest([good], ms)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  expect(db.records.count({})).toBe(0);
  const large = { stream: "s", fields: { a: "x".repeat(20 * 1024 * 1024) } };
  await store.ingest([large]);
  expect((await collect(store, "s"))[0]?.fields).toEqual(large.fields);
});

test("thousands of requests at once are all stored, each on disk when it is answered", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  await store.streams.configure("s1", { ttl: 0, size: 0, indexed_fields: ["n"] });
  await Promise.all(
    Array.from({ length: 3_000 }, async (_, n) => {
      const [stored] = await store.ingest([
        { stream: `s${n % 3}`, fields: { n: String(n) } },
        { stream: "all", fields: { n: String(n) } },
      ]);
      if (!stored || !db.records.has(stored.key)) throw new Error(`${n} isn't there`);
    }),
  );
  const all = await collect(store, "all");
  expect(new Set(all.map(({ fields }) => fields.n)).size).toBe(3_000);
  expect(await collect(store, "s1", { filter: 'n = "301"' })).toHaveLength(1);
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
  // another handle sees the same: it is in the file
  const again = await openDatabase({ kind: "logs", dir: db.dir, mode: "read" });
  expect(storedEntries(again, "all")).toEqual(all);
  await again.close();
});

test("closing waits for what was taken in and refuses what comes later", async () => {
  await using db = await temporaryDatabase("logs");
  const store = openLogStore(db);
  const entry = { stream: "s", fields: {} };
  const requests = Array.from({ length: 50 }, () => store.ingest([entry]));
  await store.close();
  expect(storedEntries(db, "s")).toHaveLength(50);
  await Promise.all(requests);
  await expect(store.ingest([entry])).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
});

test("requests that come in one round of the event loop share a commit, although promises run between them", async () => {
  await using database = await temporaryDatabase("logs");
  let commits = 0;
  const counted: Database = Object.assign(Object.create(database) as Database, {
    change: async (...given: Parameters<Database["change"]>) => {
      commits++;
      return await database.change(...given);
    },
  });
  const store = openLogStore(counted);
  const sent: Promise<unknown>[] = [];
  for (let n = 0; n < 10; n++) {
    sent.push(store.ingest([{ stream: "s", fields: { n: `${n}` } }]));
    for (let turns = 0; turns < 20; turns++) await undefined;
  }
  await Promise.all(sent);
  expect(commits).toBe(1);
  await store.close();
});

test("senders that are answered together share the next commit, too", async () => {
  await using database = await temporaryDatabase("logs");
  let commits = 0;
  // a disk with slow commits
  const slow: Database = Object.assign(Object.create(database) as Database, {
    change: async (action: (changes: Changes) => unknown) => {
      commits++;
      const result = await database.change(action);
      await new Promise((resolve) => setTimeout(resolve, 40));
      return result;
    },
  });
  const store = openLogStore(slow);
  const rounds = 10;
  const sender = async () => {
    for (let n = 0; n < rounds; n++) await store.ingest([{ stream: "s", fields: { n: `${n}` } }]);
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  await store.close();
  // a commit that begins with a single sender's request would mean two for each round
  expect(commits).toBeLessThanOrEqual(rounds + 3);
});
