import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { applySnapshot } from "../../server/engine/lmdb/apply/apply.js";
import { IdleThreads, RestoreThreads } from "../../server/engine/lmdb/apply/restore-threads.js";
import { LmdbRestorer } from "../../server/engine/lmdb/apply/restorer.js";
import { lmdb } from "../../server/engine/lmdb.js";
import { BlockBuilder } from "../../server/formats/snapshot/badger.js";
import { newMark } from "../../server/operations/restore/in-turn.js";
import { under } from "../../server/records/keys.js";
import { encodeValue, entryKey, streamKey } from "../../server/records/records.js";
import type { Applying } from "../../server/storage/engine.js";

const home = await mkdtemp(join(tmpdir(), "flowg-restore-threads-"));
afterAll(() => rm(home, { recursive: true, force: true }));

const STREAM = { ttl: 0, size: 0, indexed_fields: [] };

/** The restore of a stream with one entry into a new database. */
function restoreInto(name: string, before: () => void = () => undefined): Applying {
  const entry = encodeValue({ timestamp: "2026-11-28T21:30:05Z", fields: { of: name } });
  const builder = new BlockBuilder();
  builder.add(entryKey("s", 1, "00000000-0000-4000-8000-000000000000"), entry);
  builder.add(streamKey("s"), encodeValue(STREAM));
  return {
    kind: "logs",
    dir: join(home, name),
    exists: false,
    mode: "merge",
    mark: newMark(["logs"], { isPart: false, notes: [] }),
    streams: new Map([["s", STREAM]]),
    feed: async (give) => {
      before();
      await give(builder.finish());
    },
  };
}

/** The values of the entries of a database. */
async function entriesIn(name: string): Promise<unknown[]> {
  await using database = await lmdb.open({ kind: "logs", dir: join(home, name) }, { mode: "read" });
  return await database.read(({ records }) =>
    [...records.range(under("entry"))].map(({ value }) => JSON.parse(value.toString())),
  );
}

test.each([
  ["a server", true],
  ["a command", false],
])(
  "threads of %s do one task after the other, and nothing goes on listening to them for a task that is done",
  async (_, isServer) => {
    const threads = new RestoreThreads(isServer);
    const listeners = () =>
      [threads.applying, threads.preparing].map((thread) =>
        ["message", "error", "exit"].map((event) => thread?.listenerCount(event)),
      );
    try {
      const before = listeners();
      for (const name of ["first", "second", "third"].map((time) => `${time} ${isServer}`)) {
        await applySnapshot(restoreInto(name), threads);
        expect(await entriesIn(name)).toMatchObject([{ fields: { of: name } }]);
        expect(listeners()).toEqual(before);
      }
      expect(threads.isSound).toBe(true);
      expect(threads.preparing !== undefined).toBe(isServer);
    } finally {
      await threads.end();
    }
  },
);

test("a block that isn't what was verified changes nothing, wherever blocks are prepared", async () => {
  for (const isServer of [true, false]) {
    const name = `changed ${isServer}`;
    const changed: Applying = {
      ...restoreInto(name),
      feed: (give) => give(new Uint8Array(Buffer.from("not a block of records"))),
    };
    const threads = new RestoreThreads(isServer);
    await expect(applySnapshot(changed, threads)).rejects.toMatchObject({
      code: "SNAPSHOT_CORRUPT",
      message: expect.stringContaining("changed after it was verified"),
    });
    expect(await entriesIn(name)).toEqual([]);
  }
});

test("a task after one that failed gets threads that work, and finds nothing of it", async () => {
  await using restorer = new LmdbRestorer();
  await restorer.apply(restoreInto("sound"));
  const failing = restoreInto("failing", () => {
    throw new Error("the file can't be read");
  });
  await expect(restorer.apply(failing)).rejects.toThrow("the file can't be read");
  expect(await entriesIn("failing")).toEqual([]);
  await restorer.apply(restoreInto("after"));
  expect(await entriesIn("after")).toMatchObject([{ fields: { of: "after" } }]);
});

test("threads that fail before they have a task harm nobody, and are replaced", async () => {
  const failing = new RestoreThreads();
  await using threads = new IdleThreads(failing);
  const ended = new Promise((resolve) => failing.applying.once("exit", resolve));
  // as Node does when a thread can't start; without a listener it would be thrown here
  failing.applying.emit("error", new Error("EMFILE: too many open files"));
  expect(failing.isSound).toBe(false);
  const taken = threads.take({ givesWay: false });
  expect(taken).not.toBe(failing);
  expect(taken.isSound).toBe(true);
  await ended;
  await taken.end();
});

test("threads that nobody took are ended, those that were taken are not", async () => {
  const left = new RestoreThreads();
  await new IdleThreads(left)[Symbol.asyncDispose]();
  expect(left.isSound).toBe(false);
  const started = new IdleThreads();
  const taken = started.take({ givesWay: false });
  await started[Symbol.asyncDispose]();
  expect(taken.isSound).toBe(true);
  await taken.end();
});

test("threads that gave way once get only tasks that give way, and the others none of these", async () => {
  const started = new RestoreThreads();
  await using threads = new IdleThreads(started);
  const take = (givesWay: boolean) => threads.take({ givesWay });
  expect(take(false)).toBe(started);
  await threads.giveBack(started);
  const others = take(true);
  expect(others).not.toBe(started);
  await threads.giveBack(others);
  for (let n = 0; n < 2; n++) {
    expect(take(false)).toBe(started);
    expect(take(true)).toBe(others);
    await threads.giveBack(others);
    await threads.giveBack(started);
  }
});
