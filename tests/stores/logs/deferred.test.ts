// Entries that come while a restore holds the database: they are on the disk when they are answered, and in the database once it
// is free, whatever happens in between.

import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { WrittenFields, writeFields } from "../../../server/records/logs/written-fields.js";
import { aroundWrites } from "../../../server/storage/around-writes.js";
import { untilDeferredStored } from "../../../server/stores/logs/deferred/until-stored.js";
import { derivedAndExpected, temporaryDatabase } from "../../engine/temporary.js";
import { collect, storedEntries } from "./collect.js";
import { FILE, hold, isWaiting, log, numbers, openStore, until, untilStored } from "./held.js";

test("entries are answered during a restore, and stored after it as they would have been without", async () => {
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db);
  const { store } = opened;
  await store.streams.configure("s", { ttl: 0, size: 0, indexed_fields: ["n", "even"] });
  await store.ingest([log(0)]);
  const restore = hold(db);
  const odd = { "": "empty", "10": "a", "2": "\u001b\ud800", __proto__x: "é\n", even: "true" };
  const { json, names } = writeFields(odd);
  const large = new WrittenFields(Buffer.from(json), names);
  const answered = [
    ...(await store.ingest([log(1), log(2)])),
    ...(await store.ingest([{ stream: "s", fields: odd }])),
    ...(await store.ingest([{ stream: "s", fields: large }])),
    ...(
      await Promise.all(Array.from({ length: 300 }, (_, n) => store.ingest([log(n + 3)])))
    ).flat(),
  ];
  expect(answered).toHaveLength(304);
  expect(await numbers(store)).toEqual([0]);
  expect(await isWaiting(db)).toBe(true);
  await restore.end();
  await untilStored(db);
  for (const { key, value } of answered) expect(db.records.get(key)?.equals(value)).toBe(true);
  expect(storedEntries(db, "s")).toHaveLength(305);
  await until(() => opened.stored.length > 0);
  expect(opened.stored).toEqual([304]);
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
  expect(await collect(store, "s", { filter: 'even = "true"' })).toHaveLength(154);
  expect(opened.errors).toEqual([]);
});

test("a stream that is new waits for the restore, and holds up nothing else", async () => {
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db);
  const { store } = opened;
  await store.ingest([log(0)]);
  const restore = hold(db);
  let isAnswered = false;
  const newOne = store.ingest([log(1, "new")]).finally(() => (isAnswered = true));
  await store.ingest([log(1)]);
  await store.ingest([log(2)]);
  expect(isAnswered).toBe(false);
  await restore.end();
  await newOne;
  await untilStored(db);
  expect(await numbers(store)).toEqual([0, 1, 2]);
  expect(await numbers(store, "new")).toEqual([1]);
});

test("what exceeds the bound waits, and is stored", async () => {
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db, { maxDeferredBytes: 2_000 });
  const { store } = opened;
  await store.ingest([log(0)]);
  const restore = hold(db);
  await store.ingest([log(1)]);
  const others: Promise<unknown>[] = [];
  for (let n = 2; n <= 60; n++) {
    others.push(store.ingest([log(n)]));
    await setImmediate();
  }
  await until(async () => (await stat(join(db.dir, FILE))).size > 1_000);
  expect((await stat(join(db.dir, FILE))).size).toBeLessThanOrEqual(3_000);
  await restore.end();
  await Promise.all(others);
  await untilStored(db);
  expect(await numbers(store)).toEqual(Array.from({ length: 61 }, (_, n) => n));
});

test("a crash during the restore loses nothing, wherever it comes, and stores nothing twice", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-deferred-"));
  const [during, between] = [join(home, "during"), join(home, "between")];
  try {
    await using db = await temporaryDatabase("logs");
    {
      await using opened = await openStore(db);
      await opened.store.ingest([log(0)]);
      const restore = hold(db);
      for (let n = 1; n <= 20; n++) await opened.store.ingest([log(n), log(n + 100)]);
      await cp(db.dir, during, { recursive: true });
      await restore.end();
      await untilStored(db);
    }
    // as if the process had died after the entries were stored, and before their file was removed
    await db.close();
    await cp(db.dir, between, { recursive: true });
    await cp(join(during, FILE), join(between, FILE));
    const all = [
      ...Array.from({ length: 21 }, (_, n) => n),
      ...Array.from({ length: 20 }, (_, n) => n + 101),
    ];
    for (const [dir, fresh] of [
      [during, [40]],
      [between, []],
    ] as const) {
      const again = await openDatabase({ kind: "logs", dir, mode: "write" });
      if (dir === between) {
        // what was deleted since doesn't come back
        expect(storedEntries(again, "s")).toHaveLength(41);
        await again.change((changes) => {
          for (const key of [...changes.records.keys()])
            if (key.toString("latin1").startsWith("entry\x1b")) changes.remove(key);
        });
      }
      {
        await using opened = await openStore(again);
        await untilStored(again);
        await until(() => opened.stored.length === fresh.length);
        expect(await numbers(opened.store)).toEqual(dir === during ? all : []);
        expect(opened.stored).toEqual(fresh);
        expect(opened.errors).toEqual([]);
        const { found, expected } = derivedAndExpected(again);
        expect(found).toEqual(expected);
      }
      await again.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test("a write that a crash has cut is told, and what came before it is stored", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-deferred-"));
  try {
    const dir = join(home, "cut");
    {
      await using db = await temporaryDatabase("logs");
      await using opened = await openStore(db);
      await opened.store.ingest([log(0)]);
      const restore = hold(db);
      await opened.store.ingest([log(1)]);
      await cp(db.dir, dir, { recursive: true });
      await restore.end();
    }
    await appendFile(join(dir, FILE), Buffer.from([20, 0, 0, 0, 9, 0, 0, 0, 1, 2, 3]));
    const again = await openDatabase({ kind: "logs", dir, mode: "write" });
    {
      await using opened = await openStore(again);
      await until(() => opened.errors.length > 0);
      expect(await numbers(opened.store)).toEqual([0, 1]);
      expect(opened.errors).toEqual([expect.stringContaining("11 bytes at the end")]);
      const [kept = ""] = (await readdir(dir)).filter((name) => name.startsWith(FILE));
      expect(kept).toMatch(/^deferred-entries\.[0-9a-f-]{36}\.kept$/);
      expect(opened.errors[0]).toContain(kept);
    }
    await again.close();
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test("any byte that changes in the file is found, and no wrong entry is stored", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-deferred-"));
  try {
    const from = join(home, "from");
    {
      await using db = await temporaryDatabase("logs");
      await using opened = await openStore(db);
      await opened.store.ingest([log(0)]);
      const restore = hold(db);
      await opened.store.ingest([log(1)]);
      await cp(db.dir, from, { recursive: true });
      await restore.end();
    }
    const file = await readFile(join(from, FILE));
    const HEAD = 25 + 36;
    for (let at = HEAD; at < file.length; at += 7) {
      const dir = join(home, `at-${at}`);
      await cp(from, dir, { recursive: true });
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      await writeFile(join(dir, FILE), changed);
      const again = await openDatabase({ kind: "logs", dir, mode: "write" });
      {
        await using opened = await openStore(again);
        await until(() => opened.errors.length > 0);
        expect(await numbers(opened.store), `byte ${at}`).toEqual([0]);
        expect(opened.errors, `byte ${at}`).toEqual([expect.stringContaining("can't be read")]);
      }
      await again.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test("a sender that may not store any more is refused during a restore, too", async () => {
  await using db = await temporaryDatabase("logs");
  await using auth = await temporaryDatabase("auth");
  await using opened = await openStore(db);
  const { store } = opened;
  await store.ingest([log(0)]);
  let mayStore = true;
  const send = (n: number) =>
    aroundWrites(
      {
        before: (databases) => {
          databases.at(auth).records.has(Buffer.from("user"));
          if (!mayStore) throw new Error("not any more");
        },
      },
      () => store.ingest([log(n)]),
    );
  const restore = hold(db);
  await send(1);
  mayStore = false;
  await expect(send(2)).rejects.toThrow("not any more");
  await restore.end();
  await untilStored(db);
  expect(await numbers(store)).toEqual([0, 1]);
});

test("a stream that is deleted after the restore takes with it what came during the restore", async () => {
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db);
  const { store } = opened;
  await store.ingest([log(0)]);
  await store.ingest([log(0, "other")]);
  const restore = hold(db);
  await store.ingest([log(1)]);
  await store.ingest([log(1, "other")]);
  const deleted = store.streams.delete("s");
  await restore.end();
  await deleted;
  await untilStored(db);
  await store.finishWork();
  expect(await numbers(store, "other")).toEqual([0, 1]);
  expect(await numbers(store)).toEqual([]);
  const { found, expected } = derivedAndExpected(db);
  expect(found).toEqual(expected);
});

test("where the file can't be made, entries wait as before, and that is told once", async () => {
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db);
  const { store } = opened;
  await store.ingest([log(0)]);
  await mkdir(join(db.dir, FILE));
  const restore = hold(db);
  const waiting = [store.ingest([log(1)]), store.ingest([log(2)])];
  await until(() => opened.errors.length > 0);
  await restore.end();
  await Promise.all(waiting);
  expect(await numbers(store)).toEqual([0, 1, 2]);
  expect(opened.errors).toEqual([expect.stringContaining(FILE)]);
});

test("with durability `committed`, writers that wait for a restore go on after it", async () => {
  const dir = await mkdtemp(join(tmpdir(), "flowg-deferred-"));
  try {
    const db = await openDatabase({ kind: "logs", dir, mode: "create", durability: "committed" });
    {
      await using opened = await openStore(db);
      await opened.store.ingest([log(0)]);
      const restore = hold(db);
      const waiting = [opened.store.ingest([log(1, "new")]), opened.store.ingest([log(1)])];
      await restore.end();
      await Promise.all(waiting);
      await untilStored(db);
      expect(await numbers(opened.store)).toEqual([0, 1]);
    }
    await db.close();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test("a backup waits for the entries where a server stores them, and refuses where none does", async () => {
  await using db = await temporaryDatabase("logs");
  {
    await using opened = await openStore(db);
    await opened.store.ingest([log(0)]);
    const restore = hold(db);
    await untilDeferredStored(db.dir);
    await opened.store.ingest([log(1)]);
    let isDone = false;
    const backup = untilDeferredStored(db.dir).then(() => (isDone = true));
    const stopped = new AbortController();
    const other = untilDeferredStored(db.dir, stopped.signal);
    stopped.abort();
    await expect(other).rejects.toMatchObject({ code: "CANCELLED" });
    expect(isDone).toBe(false);
    await restore.end();
    await backup;
    expect(storedEntries(db, "s")).toHaveLength(2);
  }
  await writeFile(join(db.dir, FILE), "left by a server that died");
  await expect(untilDeferredStored(db.dir)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining(join(db.dir, FILE)),
  });
});
