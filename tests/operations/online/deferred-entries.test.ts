// Logs that clients send while the server restores the log database. Another process holds the write lock, so the restore lasts
// as long as the test wants.

import { type ChildProcess, execFile } from "node:child_process";
import { access, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asleep } from "./asleep.js";
import {
  download,
  type FlowgServer,
  niceness,
  ROOT_PASSWORD,
  startFlowg,
  until,
  upload,
} from "./flowg-server.js";
import { holdWriteLock } from "./hold-write-lock.js";

const MAIN = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
let home: string;
let server: FlowgServer;
let root: string;
let holder: ChildProcess | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-deferred-"));
  server = await startFlowg({ home });
  root = await server.login("root", ROOT_PASSWORD);
});
afterEach(async () => {
  holder?.kill("SIGKILL");
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const send = (n: number) =>
  server.call(root, "POST", "/pipelines/default/logs", { record: { n: String(n) } });

async function numbers(): Promise<number[]> {
  const from = encodeURIComponent("2000-01-01T00:00:00Z");
  const to = encodeURIComponent("2100-01-01T00:00:00Z");
  const path = `/streams/default/logs?from=${from}&to=${to}`;
  const { records } = await server.call(root, "GET", path);
  return records
    .map(({ fields }: { fields: { n: string } }) => Number(fields.n))
    .sort((a: number, b: number) => a - b);
}

const waiting = () => join(server.dirs.logs, "deferred-entries");
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

type Held = "logs" | "config";

/** Begins a restore that waits for a database's write lock. */
async function beginRestore(bytes: Buffer, { path = "/restore/logs", kind = "logs" as Held } = {}) {
  const held = await holdWriteLock(kind, server.dirs[kind]);
  holder = held;
  const restoring = upload(server, { as: root, path, bytes });
  await asleep(server.pid);
  return { restoring, letGo: () => held.stdin.end() };
}

test("are answered, appear after the restore, and are in a backup that was asked for meanwhile", async () => {
  await send(0);
  const { bytes } = await download(server, root, "/backup/logs");
  await send(1);
  const { restoring, letGo } = await beginRestore(bytes);
  for (let n = 2; n <= 20; n++) await send(n);
  expect(await isThere(waiting())).toBe(true);
  const backup = download(server, root, "/backup/logs");
  expect(await numbers()).toEqual([0, 1]);
  letGo();
  const { status, body } = await restoring;
  expect(status, JSON.stringify(body)).toBe(200);
  const all = Array.from({ length: 21 }, (_, n) => n);
  await until(async () => !(await isThere(waiting())));
  expect(await numbers()).toEqual(all);
  const made = await backup;
  await server.call(root, "DELETE", "/streams/default");
  const again = await upload(server, { as: root, path: "/restore/logs", bytes: made.bytes });
  expect(again.status, JSON.stringify(again.body)).toBe(200);
  expect(await numbers()).toEqual(all);
  expect(server.logLines()).toContainEqual(
    expect.objectContaining({ msg: "entries that came during a restore are stored" }),
  );
});

test("come before the threads of the restore, which give way to requests", async ({ skip }) => {
  skip(process.platform !== "linux", "only Linux has priorities of threads");
  const { bytes, newThreads } = await readyToRestore("/logs");
  const { restoring, letGo } = await beginRestore(bytes);
  const low = Math.max(10, getPriority());
  await until(async () => (await newThreads(low)) === 2);
  expect((await niceness(server.pid)).get(server.pid)).toBe(getPriority());
  letGo();
  expect((await restoring).status).toBe(200);
});

test("are all that a restore of all three gives way to: writers of configuration wait for it", async ({
  skip,
}) => {
  skip(process.platform !== "linux", "only Linux has priorities of threads");
  skip(getPriority() >= 10, "all threads give way already");
  const { bytes, newThreads } = await readyToRestore("");
  // the configuration comes after the logs
  const { restoring, letGo } = await beginRestore(bytes, { path: "/restore", kind: "config" });
  expect([await newThreads(10), await newThreads(getPriority())]).toEqual([2, 2]);
  letGo();
  const { status, body } = await restoring;
  expect(status, JSON.stringify(body)).toBe(200);
});

/** A backup, and a count of the server's threads of a priority that have begun since. Those that read snapshots ran before. */
async function readyToRestore(what: "/logs" | "") {
  await send(0);
  const { bytes } = await download(server, root, `/backup${what}`);
  const dry = await upload(server, { as: root, path: `/restore${what}?dryRun=true`, bytes });
  expect(dry.status, JSON.stringify(dry.body)).toBe(200);
  await asleep(server.pid);
  const before = await niceness(server.pid);
  const newThreads = async (nice: number) =>
    [...(await niceness(server.pid))].filter(([thread, is]) => !before.has(thread) && is === nice)
      .length;
  return { bytes, newThreads };
}

test("outlive a crash of the server, and no backup is made without them", async () => {
  await send(0);
  const { bytes } = await download(server, root, "/backup/logs");
  const { restoring } = await beginRestore(bytes);
  await Promise.all([send(1), send(2), send(3)]);
  process.kill(server.pid, "SIGKILL");
  await restoring.catch(() => {});
  holder?.kill("SIGKILL");
  await server[Symbol.asyncDispose]();
  const { auth, config } = server.dirs;
  const dirs = ["--auth-dir", auth, "--config-dir", config, "--log-dir", server.dirs.logs];
  const backup = [MAIN, "admin", "backup", ...dirs, "--backup-dir", join(home, "backup")];
  const run = promisify(execFile);
  await expect(run(process.execPath, backup)).rejects.toMatchObject({
    stderr: expect.stringContaining(waiting()),
  });
  expect(await isThere(join(home, "backup", "log.db"))).toBe(false);
  server = await startFlowg({ home });
  await until(async () => !(await isThere(waiting())));
  expect(await numbers()).toEqual([0, 1, 2, 3]);
  await server.stop();
  await run(process.execPath, backup);
  expect(await isThere(join(home, "backup", "log.db"))).toBe(true);
});

test("are named by a salvage that lacks them, and by a restore that would remove them if they were stored", async () => {
  await send(0);
  const { bytes } = await download(server, root, "/backup/logs");
  const { restoring } = await beginRestore(bytes);
  await Promise.all([send(1), send(2)]);
  const run = promisify(execFile);
  const backup = join(home, "backup");
  await mkdir(backup);
  await writeFile(join(backup, "log.db"), bytes);
  const restore = ["admin", "restore", backup, "--only", "logs", "--json", "--dry-run"];
  const into = (dir: string) => ["--log-dir", dir];
  const notesOf = async (...words: string[]) =>
    JSON.parse((await run(process.execPath, [MAIN, ...restore, ...words])).stdout).notes;
  const { logs } = server.dirs;
  // the server that runs needs its file
  expect(await notesOf(...into(logs), "--replace")).toEqual([]);
  process.kill(server.pid, "SIGKILL");
  await restoring.catch(() => {});
  holder?.kill("SIGKILL");
  await server[Symbol.asyncDispose]();
  const saved = join(home, "saved.db");
  const salvage = ["admin", "salvage", "--from-database", server.dirs.logs, "--output", saved];
  const salvaged = await run(process.execPath, [MAIN, ...salvage, "--json"]);
  expect(JSON.parse(salvaged.stdout).databases).toMatchObject([{ waiting: waiting() }]);
  expect(salvaged.stderr).toContain(waiting());
  await copyFile(saved, join(backup, "log.db"));
  expect(await notesOf(...into(logs), "--replace")).toEqual([expect.stringContaining(waiting())]);
  expect(await notesOf(...into(logs))).toEqual([]);
  // as the salvage says
  await rm(join(logs, "data.mdb"));
  await run(process.execPath, [MAIN, ...restore.slice(0, -1), ...into(logs)]);
  server = await startFlowg({ home });
  await until(async () => !(await isThere(waiting())));
  expect(await numbers()).toEqual([0, 1, 2]);
});
