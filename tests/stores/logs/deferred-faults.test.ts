// What can go wrong while entries wait for the end of a restore: another restore, a start with a cut file, a file that is moved
// away, a stream that is damaged.

import { existsSync } from "node:fs";
import { appendFile, cp, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { prepareEntry } from "../../../server/records/logs/entry.js";
import { streamKey } from "../../../server/records/records.js";
import { DeferredFile } from "../../../server/stores/logs/deferred/deferred-file.js";
import { encodeFrame } from "../../../server/stores/logs/deferred/deferred-frame.js";
import { spoilRecord } from "../../engine/spoil.js";
import { temporaryDatabase } from "../../engine/temporary.js";
import { FILE, hold, isWaiting, log, numbers, openStore, until, untilStored } from "./held.js";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-deferred-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** The directory of a database with entry 0, and a file with entry 1, as a process leaves them that dies during a restore. */
async function leftBehind(): Promise<string> {
  const dir = join(home, "left");
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db);
  await opened.store.ingest([log(0)]);
  const restore = hold(db);
  await opened.store.ingest([log(1)]);
  await cp(db.dir, dir, { recursive: true });
  await restore.end();
  return dir;
}

test("a restore that begins before the entries of another are stored holds them up only until its end", async () => {
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db);
  const { store } = opened;
  await store.ingest([log(0)]);
  const first = hold(db);
  await store.ingest([log(1)]);
  const second = hold(db);
  await first.end();
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  expect(await isWaiting(db)).toBe(true);
  await second.end();
  await untilStored(db);
  expect(await numbers(store)).toEqual([0, 1]);
  expect(opened.errors).toEqual([]);
});

test("a request of thousands of entries is taken during a restore", async () => {
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db);
  const { store } = opened;
  await store.ingest([log(0)]);
  const restore = hold(db);
  const all = Array.from({ length: 5_000 }, (_, n) => log(n));
  let isAnswered = false;
  const sent = store.ingest(all.slice(1)).then(() => (isAnswered = true));
  await until(() => isAnswered || opened.errors.length > 0);
  expect(opened.errors).toEqual([]);
  await restore.end();
  await sent;
  await untilStored(db);
  expect(await numbers(store)).toEqual(all.map(({ fields }) => Number(fields.n)));
});

test("senders don't wait until all is stored that came during a restore", async () => {
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db);
  const { store } = opened;
  await store.ingest([log(0)]);
  const restore = hold(db);
  // each fills a transaction
  for (let request = 0; request < 3; request++)
    await store.ingest(Array.from({ length: 2_000 }, () => log(1)));
  await restore.end();
  await store.ingest([log(2)]);
  // looked at in the same turn of the event loop
  expect(existsSync(join(db.dir, FILE))).toBe(true);
  await untilStored(db);
  expect(await numbers(store)).toHaveLength(6_002);
});

test("nothing is added behind a write that a crash has cut, where no start would read it", async () => {
  const dir = await leftBehind();
  await appendFile(join(dir, FILE), Buffer.from([20, 0, 0, 0, 9, 0, 0, 0, 1, 2, 3]));
  const db = await openDatabase({ kind: "logs", dir, mode: "write" });
  {
    const restore = hold(db);
    await using opened = await openStore(db);
    const sent = opened.store.ingest([log(2)]);
    await setImmediate();
    await restore.end();
    await sent;
    await untilStored(db);
    expect(await numbers(opened.store)).toEqual([0, 1, 2]);
    await until(() => opened.errors.length > 0);
    expect(opened.errors).toEqual([expect.stringContaining("11 bytes at the end")]);
  }
  await db.close();
});

test("what could be read is stored, even if the rest can't be read", async () => {
  const dir = await leftBehind();
  const entry = prepareEntry({ stream: "s", fields: { n: "2" } }, Date.now());
  await appendFile(
    join(dir, FILE),
    Buffer.concat(encodeFrame([{ ...entry, stream: "not\u0000a name" }])),
  );
  const db = await openDatabase({ kind: "logs", dir, mode: "write" });
  {
    await using opened = await openStore(db);
    await until(async () => (await numbers(opened.store)).length === 2);
    expect(await numbers(opened.store)).toEqual([0, 1]);
    expect(opened.errors).toContainEqual(expect.stringContaining("stream"));
    expect(await isWaiting(db)).toBe(true);
  }
  await db.close();
});

test("nothing is added to a file that was moved away, where no start would find it", async () => {
  await using db = await temporaryDatabase("logs");
  await using opened = await openStore(db);
  const { store } = opened;
  await store.ingest([log(0)]);
  const restore = hold(db);
  await store.ingest([log(1)]);
  const away = join(home, "away");
  await rename(join(db.dir, FILE), away);
  const { size } = await stat(away);
  const sent = store.ingest([log(2)]);
  await setImmediate();
  await restore.end();
  await sent;
  expect((await stat(away)).size).toBe(size);
  await until(async () => (await numbers(store)).length === 3);
  expect(await numbers(store)).toEqual([0, 1, 2]);
  expect(opened.errors).toEqual([]);
});

test("requests are read as they were added, where one read gives several and where it ends within one", async () => {
  const file = await DeferredFile.create(home);
  const added: string[] = [];
  const read: string[] = [];
  const add = async (sizes: readonly number[]) => {
    const requests = sizes.map((bytes, at) => {
      const n = `${added.length + at}`;
      return [prepareEntry({ stream: "s", fields: { n, text: "x".repeat(bytes) } }, 1)];
    });
    await file.append(requests);
    added.push(...requests.flat().map(({ value }) => value.toString()));
  };
  const readOn = async (most = Number.POSITIVE_INFINITY) => {
    for (let count = 0; count < most; count++) {
      const frame = await file.next();
      if (!frame) break;
      read.push(...frame.entries.map(({ value }) => value.toString()));
      expect(frame.number).toBe(read.length);
    }
  };
  await add([10, 400_000, 700_000, 1_048_500, 3_000_000, 20]);
  await readOn(2);
  // the bytes that were read ahead end before these
  await add([30, 40, 2_000_000]);
  await readOn();
  expect(read).toEqual(added);
  await add([50]);
  await readOn();
  expect(read).toEqual(added);
  expect(file.unread).toBe(0);
  await file.close();
});

test("a file that is gone is left, and nothing can be added to it", async () => {
  for (const keep of [false, true]) {
    const dir = join(home, `keep-${keep}`);
    await cp(await leftBehind(), dir, { recursive: true });
    const file = await DeferredFile.find(dir);
    await rm(dir, { recursive: true });
    expect(await file?.remove({ keep })).toBeUndefined();
    await expect(file?.append([[]])).rejects.toMatchObject({ code: "FILE_UNAVAILABLE" });
  }
});

test("entries of a damaged stream are kept and told, also if the process dies before it has told", async () => {
  const after = join(home, "after");
  const told = expect.stringMatching(/^.*1 requests .* their stream is damaged.*\.kept$/);
  {
    await using db = await temporaryDatabase("logs");
    await using opened = await openStore(db);
    await opened.store.ingest([log(0), log(0, "whole")]);
    const restore = hold(db);
    await opened.store.ingest([log(1)]);
    await opened.store.ingest([log(1, "whole")]);
    spoilRecord(db, streamKey("s"));
    await restore.end();
    await until(() => opened.errors.length > 0);
    expect(opened.errors).toEqual([told]);
    expect(await numbers(opened.store, "whole")).toEqual([0, 1]);
    await opened.store.close();
    await cp(db.dir, after, { recursive: true });
  }
  for (const name of await readdir(after))
    if (name.endsWith(".kept")) await rename(join(after, name), join(after, FILE));
  const again = await openDatabase({ kind: "logs", dir: after, mode: "write" });
  {
    await using opened = await openStore(again);
    await untilStored(again);
    await until(() => opened.errors.length > 0);
    expect(opened.errors).toEqual([told]);
    expect(await readdir(after)).toContainEqual(expect.stringMatching(/\.kept$/));
  }
  await again.close();
});
