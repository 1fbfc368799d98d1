import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { totalKey } from "../../server/records/logs/log-index.js";
import { encodeValue, entryKey } from "../../server/records/records.js";
import { readTotal } from "../../server/storage/derived/totals.js";
import { holdWriteLock } from "../operations/online/hold-write-lock.js";
import { storedEntries } from "../stores/logs/collect.js";
import { derivedAndExpected, temporaryDatabase } from "./temporary.js";

test("gives what the action gives, or throws what it throws", async () => {
  await using db = await temporaryDatabase("config");
  const key = Buffer.from("key");
  const outcomes = await Promise.allSettled([
    db.change(() => {
      db.records.put(key, Buffer.from("1"));
      return "done";
    }),
    db.change(() => {
      throw new Error("no");
    }),
    db.change(() => db.records.get(key)?.toString()),
  ]);
  expect(outcomes).toMatchObject([
    { status: "fulfilled", value: "done" },
    { status: "rejected", reason: { message: "no" } },
    { status: "fulfilled", value: "1" },
  ]);
});

test("where deriving fails after an action that failed, both errors are reported", async () => {
  await using db = await temporaryDatabase("logs");
  const failing = db.change((changes) => {
    changes.put(entryKey("s", 1, "11111111-2222-4333-8444-555555555555"), ENTRY);
    db.derived.get = () => {
      throw new Error("the second");
    };
    throw new Error("the first");
  });
  await expect(failing).rejects.toMatchObject({
    code: "INTERNAL",
    message: "the second; this came after another fault: the first",
  });
});

test("a total that makes no sense is counted anew, and nothing is stored without one", async () => {
  await using db = await temporaryDatabase("logs");
  const put = (n: number) =>
    db.change((changes) =>
      changes.put(entryKey("s", n, "11111111-2222-4333-8444-555555555555"), ENTRY),
    );
  await put(1);
  for (const [n, text] of ["{", "null", '{"entries":-1,"bytes":2}', "[]"].entries()) {
    db.derived.put(totalKey("s"), Buffer.from(text));
    expect(await db.read((instant) => readTotal(instant, "s"))).toMatchObject({ entries: n + 1 });
    await put(n + 2);
    const { found, expected } = derivedAndExpected(db);
    expect(found).toEqual(expected);
  }
});

const ENTRY = encodeValue({ timestamp: "2026-01-01T00:00:00Z", fields: { a: "b" } });

test("writers wait for a restore, which waits for those that had begun", async () => {
  await using db = await temporaryDatabase("config");
  const order: string[] = [];
  const write = (name: string) => db.change(() => order.push(name));
  const begun = write("begun before");
  // it has passed the gate
  await Promise.resolve();
  await Promise.resolve();
  const restore = db.exclude(async () => {
    order.push("restore begins");
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push("restore ends");
  });
  const later = write("later");
  await Promise.all([begun, restore, later]);
  expect(order).toEqual(["begun before", "restore begins", "restore ends", "later"]);
  // a restore that fails lets them go, too
  const failing = db.exclude(() => Promise.reject(new Error("no")));
  const waiting = write("after the failure");
  await expect(failing).rejects.toThrow("no");
  await waiting;
});

test("a writer that comes late in a long restore is not kept waiting as long as the first one", async () => {
  await using db = await temporaryDatabase("config");
  let end = () => {};
  const restore = db.exclude(() => new Promise<void>((resolve) => (end = resolve)));
  const busy = { code: "BUSY", details: { retryAfterSeconds: expect.any(Number) } };
  await expect(db.change(() => {})).rejects.toMatchObject(busy);
  const late = expect(db.change(() => {})).rejects.toMatchObject(busy);
  setTimeout(end, 1_000);
  await late;
  await restore;
  expect(await db.change(() => "done")).toBe("done");
});

test("a commit that fails is an error for all that wait, and neither ends the process nor leaves a half", async () => {
  const dir = await mkdtemp(join(tmpdir(), "flowg-full-"));
  try {
    const child = join(import.meta.dirname, "full-disk.mjs");
    // the shell counts in blocks of 1,024 bytes
    const { stdout } = await promisify(execFile)("bash", [
      "-c",
      'ulimit -f 6000; exec "$0" "$@"',
      process.execPath,
      child,
      dir,
      "200000",
    ]);
    const report = JSON.parse(stdout) as {
      stored: number;
      found: number;
      failures: string[];
      unhandled: string[];
    };
    expect(report.unhandled).toEqual([]);
    expect(report.failures).toEqual(["DATABASE_UNAVAILABLE"]);
    expect(report.stored).toBeGreaterThan(3);
    expect(report.stored).toBeLessThan(90);
    expect(report.found).toBe(report.stored);
    const db = await openDatabase({ kind: "logs", dir, mode: "write" });
    expect(storedEntries(db, "s")).toHaveLength(report.stored);
    const { found, expected } = derivedAndExpected(db);
    expect(found).toEqual(expected);
    await db.close();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test("while another process writes, writers get BUSY, and nothing of theirs is stored then", async () => {
  const dir = await mkdtemp(join(tmpdir(), "flowg-held-"));
  try {
    await using db = await openDatabase({ kind: "config", dir, mode: "create" });
    const holder = await holdWriteLock("config", dir);
    const put = (name: string) => () => db.records.put(Buffer.from(name), Buffer.from("1"));
    const first = db.change(put("first"));
    const busy = { code: "BUSY", details: { retryAfterSeconds: expect.any(Number) } };
    await expect(first).rejects.toMatchObject(busy);
    // a later writer doesn't wait as long once more
    const later = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => db.change(put(`later ${n}`))),
    );
    expect(later.every(({ status }) => status === "rejected")).toBe(true);
    holder.stdin.end();
    await once(holder, "exit");
    // at the latest once those that gave up have had their turn
    await db.change(put("last")).catch(() => db.change(put("last")));
    expect([...db.records.keys()].map(String)).toEqual(["last"]);
    await db.change(put("more"));
    expect([...db.records.keys()].map(String)).toEqual(["last", "more"]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test("what LMDB says while a database is looked at is an error in words", async () => {
  await using db = await temporaryDatabase("logs");
  const { local } = db;
  const fail = () => {
    throw new Error("MDB_CORRUPTED: Located page was wrong type");
  };
  Object.assign(local, { get: fail, findRange: fail });
  const damaged = { code: "DATABASE_INVALID", message: expect.stringMatching(/is damaged: MDB_/) };
  await expect(db.placeState()).rejects.toMatchObject(damaged);
  await expect(db.demandSoundNotes()).rejects.toMatchObject(damaged);
});
