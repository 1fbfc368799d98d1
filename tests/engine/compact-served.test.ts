// Compaction of a database that is served: writers wait, readers and backups go on, and what comes later finds the new file.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Occupation } from "../../server/engine/lmdb/occupation.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { lmdb } from "../../server/engine/lmdb.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { encodeValue, entryKey } from "../../server/records/records.js";
import type { Database, PlaceState } from "../../server/storage/database.js";
import type { ServedDatabases } from "../../server/storage/engine.js";

let home: string;
let live: ServedDatabases;
let logs: Database;
let changes: PlaceState[];
let failures: Error[];
const signal = new AbortController().signal;
const dirOf = (kind: string) => join(home, kind);
const file = () => join(dirOf("logs"), "data.mdb");

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-compact-served-"));
  changes = [];
  failures = [];
  await serve();
  for (let n = 0; n < 4_000; n += 500) await put(n, n + 500);
  await logs.change((tables) => {
    for (let n = 0; n < 3_900; n++) tables.remove(keyOf(n));
  });
});
afterEach(async () => {
  await live.close();
  await rm(home, { recursive: true, force: true });
});

async function serve(): Promise<void> {
  live = await lmdb.serve({
    places: DATABASE_KINDS.map((kind) => ({ kind, dir: dirOf(kind) })),
    onUpgrade: () => {},
    onPlaceChange: (_, state) => changes.push(state),
    onFailure: (error) => failures.push(error),
  });
  logs = live.databases.logs;
}

const keyOf = (n: number) => entryKey("s", n, "11111111-2222-4333-8444-555555555555");
/** Every tenth takes pages of its own. */
const textOf = (n: number) =>
  encodeValue({
    timestamp: "2026-01-01T00:00:00Z",
    fields: { n: String(n), text: "x".repeat(n % 10 === 0 ? 9_000 : 300) },
  });
const put = (from: number, to: number) =>
  logs.change((tables) => {
    for (let n = from; n < to; n++) tables.put(keyOf(n), textOf(n));
  });
const contents = () =>
  logs.read(({ records }) => [...records.range({})].map(({ key, value }) => `${key} ${value}`));
const size = async () => (await stat(file())).size;
const leftovers = async () =>
  (await readdir(dirOf("logs"))).filter((name) => !/^(data|lock)\.mdb$/.test(name));

test("gives back what is free while others read, and takes writes afterwards", async () => {
  const [before, was, version] = [await contents(), await size(), await logs.version()];
  let reads = 0;
  let isDone = false;
  const reading = (async () => {
    for (; !isDone; reads++) {
      expect(await contents()).toEqual(before);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const report = await live.compact("logs", signal);
  isDone = true;
  await reading;
  expect(reads).toBeGreaterThan(1);
  expect(report).toMatchObject({ database: "logs", bytesBefore: was, rewritten: true });
  expect(report.bytesAfter).toBe(await size());
  expect(report.bytesAfter).toBeLessThan(was / 10);
  expect(await contents()).toEqual(before);
  expect(await leftovers()).toEqual([]);
  // no number of a commit comes twice
  expect(await logs.version()).toBeGreaterThan(version);
  await put(0, 100);
  logs.demandInPlace();
  expect(await logs.placeState()).toBe("in place");
  expect(await contents()).toHaveLength(200);
  expect((await live.compact("logs", signal)).bytesAfter).toBeLessThan(was / 5);
  await live.close();
  await serve();
  expect(await contents()).toHaveLength(200);
  expect([changes, failures]).toEqual([[], []]);
});

test("a backup that began before reads its own instant to the end; one that begins after sees what came", async () => {
  const held = await lmdb.hold([logs]);
  const read = async (instant: typeof held) => {
    let count = 0;
    for await (const block of instant.blocks("logs", { check: true })) {
      count += block.records;
    }
    return count;
  };
  const first = await logs.read(({ records }) => records.count());
  await live.compact("logs", signal);
  await put(0, 50);
  const later = await lmdb.hold([logs]);
  expect(await read(later)).toBe(first + 50);
  expect(await read(held)).toBe(first);
  await held.close();
  await put(50, 60);
  await later.close();
  expect(await contents()).toHaveLength(first + 60);
});

test("writers wait for it, none is lost, and again and again", async () => {
  const writes: Promise<unknown>[] = [];
  for (let round = 0; round < 5; round++) {
    await put(0, 2_000);
    await logs.change((tables) => {
      for (let n = 100 * round + 100; n < 2_000; n++) tables.remove(keyOf(n));
    });
    const compacting = live.compact("logs", signal);
    for (let n = 0; n < 20; n++) writes.push(put(5_000 + round * 100 + n, 5_001 + round * 100 + n));
    const backup = lmdb.hold([logs]);
    expect(await compacting).toMatchObject({ rewritten: true });
    await (await backup).close();
  }
  await Promise.all(writes);
  const found = await contents();
  for (let round = 0; round < 5; round++)
    for (let n = 0; n < 20; n++)
      expect(found.some((text) => text.includes(`"n":"${5_000 + round * 100 + n}"`))).toBe(true);
  await live.close();
  {
    await using database = await openDatabase({ kind: "logs", dir: dirOf("logs"), mode: "read" });
    expect([...database.records.keys({})]).toHaveLength(found.length);
  }
  await serve();
});

test("a file that isn't worth it is left, and so is one that is stopped or open elsewhere", async () => {
  await live.compact("auth", signal);
  expect(await live.compact("auth", signal)).toMatchObject({ rewritten: false });
  const was = await size();
  const stop = new AbortController();
  const stopped = live.compact("logs", stop.signal);
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
  expect([await size(), await leftovers()]).toEqual([was, []]);

  const other = spawn(process.execPath, ["-e", OTHER, file()], {
    cwd: new URL("../..", import.meta.url).pathname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => other.stdout.once("data", resolve));
  try {
    await expect(live.compact("logs", signal)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/^another process has the logs database .* open$/),
    });
  } finally {
    const exit = new Promise((resolve) => other.once("exit", resolve));
    other.kill("SIGKILL");
    await exit;
  }
  expect([await size(), await leftovers()]).toEqual([was, []]);
  await put(0, 1);
  expect((await live.compact("logs", signal)).rewritten).toBe(true);
});

/** Takes its own number, as each command does. */
const OTHER = `
  const { openSync } = require("node:fs");
  const { tryLock } = require("fs-native-extensions/binding.js");
  tryLock(openSync(process.argv[1], "r+"), 2 ** 52 + 1 + process.pid, 1, true);
  console.log("locked"); setInterval(() => {}, 1000);`;

test("other servers and commands are kept out of the new file as they were of the old one", async () => {
  await live.compact("logs", signal);
  const place = { kind: "logs" as const, dir: dirOf("logs") };
  expect(() => Occupation.takeAsServer(place)).toThrow("another server has the logs database");
  using _ = Occupation.keepOthersOut(place);
  expect(() => Occupation.takeAlone(place)).toThrow("is being compacted");
});
