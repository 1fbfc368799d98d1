// Compaction: what is free goes, nothing else changes, and nobody else has the database open meanwhile.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compactDatabases } from "../../server/engine/lmdb/compact.js";
import { Occupation } from "../../server/engine/lmdb/occupation.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { encodeValue, entryKey } from "../../server/records/records.js";
import type { Database } from "../../server/storage/database.js";
import { flowg } from "../cli/flowg.js";
import { startServer } from "../http/test-server.js";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-compact-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const place = () => ({ kind: "logs" as const, dir });
const opened = () => openDatabase({ ...place(), mode: "create" });
const compact = (signal = new AbortController().signal) =>
  compactDatabases({ databases: [place()], onProgress: () => {}, signal, onCompacted: () => {} });

const keyOf = (n: number) => entryKey("s", n, "11111111-2222-4333-8444-555555555555");
/** Every tenth takes pages of its own. */
const textOf = (n: number) =>
  encodeValue({
    timestamp: "2026-01-01T00:00:00Z",
    fields: { n: String(n), text: "x".repeat(n % 10 === 0 ? 9_000 : 300) },
  });

const put = (database: Database, from: number, to: number) =>
  database.change((changes) => {
    for (let n = from; n < to; n++) changes.put(keyOf(n), textOf(n));
  });

async function fill(): Promise<void> {
  await using database = await opened();
  for (let n = 0; n < 4_000; n += 500) await put(database, n, n + 500);
  await database.change((changes) => {
    for (let n = 0; n < 3_900; n++) changes.remove(keyOf(n));
  });
}

const size = async () => (await stat(join(dir, "data.mdb"))).size;
async function contents() {
  await using database = await openDatabase({ ...place(), mode: "read" });
  return [...database.records.range({})].map(({ key, value }) => `${key} ${value}`);
}

test("gives back what is free, keeps each record, owner and mode, and works on", async () => {
  await fill();
  const path = join(dir, "data.mdb");
  await chmod(path, 0o640);
  if (process.geteuid?.() === 0) await chown(path, 1234, 1235);
  const [before, was] = [await contents(), await stat(path)];
  const [report] = await compact();
  expect(report).toMatchObject({ database: "logs", bytesBefore: was.size, rewritten: true });
  expect(report?.bytesAfter).toBe(await size());
  expect(await size()).toBeLessThan(was.size / 10);
  expect(await contents()).toEqual(before);
  const { uid, gid, mode } = await stat(path);
  expect({ uid, gid, mode }).toEqual({ uid: was.uid, gid: was.gid, mode: was.mode });
  expect((await readdir(dir)).sort()).toEqual(["data.mdb", "lock.mdb"]);

  const [again] = await compact();
  expect(again).toMatchObject({ rewritten: false, bytesAfter: report?.bytesAfter });
  {
    await using database = await opened();
    await put(database, 0, 500);
    await database.change((changes) => {
      for (let n = 3_900; n < 4_000; n++) changes.remove(keyOf(n));
    });
  }
  expect(await contents()).toHaveLength(500);
  // also what was written into a compact file
  expect((await compact())[0]).toMatchObject({ database: "logs" });
  expect(await contents()).toHaveLength(500);
});

test("is refused while a server, a command or a program that knows only LMDB has it open", async () => {
  await fill();
  const before = await size();
  {
    using _ = Occupation.takeAsServer(place()) as Occupation;
    await expect(compact()).rejects.toThrow(/a server has the logs database .* open; nothing was/);
  }
  {
    using _ = Occupation.take(place()) as Occupation;
    await expect(compact()).rejects.toThrow(/another command has the logs database .* open/);
  }
  const child = await flowgWithout();
  try {
    await expect(compact()).rejects.toThrow(/a process has the logs database .* open/);
  } finally {
    await child.end();
  }
  expect(await size()).toBe(before);
  expect((await compact())[0]).toMatchObject({ rewritten: true });
});

/** A process that opens the file in LMDB and takes no lock of ours. */
async function flowgWithout(): Promise<{ end(): Promise<void> }> {
  const script = `require("lmdb").open({ path: ${JSON.stringify(dir)}, noSubdir: false, readOnly: true, maxReaders: 512 }); console.log("open"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    async end() {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}

test("a process that comes meanwhile is refused, and one that opened the old file takes the new one", async () => {
  await fill();
  {
    using _ = Occupation.takeAlone(place()) as Occupation;
    for (const take of [Occupation.take, Occupation.takeAsServer, Occupation.takeAlone])
      expect(() => take(place())).toThrow("is being compacted");
  }
  using taken = Occupation.take(place()) as Occupation;
  expect(taken.isOf(place())).toBe(true);
});

test("a stop leaves it as it was, and damage is refused, not copied", async () => {
  await fill();
  const before = await size();
  const stop = new AbortController();
  stop.abort();
  await expect(compact(stop.signal)).rejects.toMatchObject({ code: "CANCELLED" });
  expect(await size()).toBe(before);

  // one bit of a record
  const path = join(dir, "data.mdb");
  const file = await open(path, "r+");
  const bytes = await file.readFile();
  const at = bytes.lastIndexOf('"n":"3999"');
  for (
    let found = bytes.indexOf('"n":"3999"');
    found >= 0;
    found = bytes.indexOf('"n":"3999"', found + 1)
  )
    await file.write(Buffer.from("8"), 0, 1, found + 5);
  expect(at).toBeGreaterThan(0);
  await file.close();
  await expect(compact()).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
  expect(await size()).toBe(before);
  expect((await readdir(dir)).sort()).toEqual(["data.mdb", "lock.mdb"]);
});

test("the command shows the space before and after, and is refused by a server that runs", async () => {
  await using server = await startServer();
  const dirs = ["auth", "config", "log"].flatMap((name) => [
    ...[`--${name}-dir`, join(server.dir, name === "log" ? "logs" : name)],
  ]);
  const refused = await flowg(["admin", "compact", ...dirs]);
  expect(refused).toMatchObject({ code: 4, stdout: "" });
  expect(refused.stderr).toMatch(
    /error: a server has the auth database in .* open; nothing was changed/,
  );
  // the server itself does it, and goes on
  for (let n = 0; n < 20; n++) {
    const json = { record: { text: "x".repeat(60_000) } };
    await server.must("/pipelines/default/logs", { method: "POST", json });
  }
  await server.must("/streams/default", { method: "DELETE" });
  const word = ["admin", "compact", "--only", "logs", "--url", server.url];
  const env = { FLOWG_TOKEN: server.root.replace("Bearer jwt:", "") };
  const online = await flowg(word, { env });
  expect(online.code, online.stderr).toBe(0);
  expect(online.stdout).toMatch(
    /^Database +Before +After +Given back\nlogs +[\d.]+ MiB +\d+ KiB +\d/,
  );
  await server.must("/pipelines/default/logs", { method: "POST", json: { record: { a: "b" } } });
  expect((await server.must("/streams/default/fields")).body.fields).toEqual(["a"]);
  const json = await flowg(["admin", "compact", "--url", server.url, "--json"], { env });
  expect(JSON.parse(json.stdout).databases).toMatchObject([
    { database: "auth" },
    { database: "config" },
    { database: "logs" },
  ]);
  const clerk = await server.userWith("read_streams");
  expect(
    await flowg(word, { env: { FLOWG_TOKEN: clerk.replace(/^Bearer (pat|jwt):/, "") } }),
  ).toMatchObject({ code: 6, stderr: expect.stringContaining("this needs write_streams") });
  await fill();
  const only = ["admin", "compact", "--only", "logs", "--log-dir", dir];
  const ran = await flowg(only);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(/^Database +Before +After +Given back\nlogs +[\d.]+ MiB +\d+ KiB +\d/);
  expect((await flowg(only)).stdout).toContain("nothing to gain");
});
