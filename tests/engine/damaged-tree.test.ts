// Databases that are damaged in ways that LMDB doesn't notice: no backup of them may say that it is whole.

import { copyFile, mkdir, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backupDirectories, type DatabaseDirs } from "../../server/core.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { lmdb } from "../../server/engine/lmdb.js";
import { openBackup } from "../../server/operations/online/backup.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";
import { fillLogs } from "../operations/online/log-data.js";

const ENTRIES = 20_000;
const PAGE = 4096;
/** LMDB mdb.c: P_BRANCH, and struct MDB_page. */
const BRANCH = 1;
const FLAGS_AT = 18;
const LOWER_AT = 20;

let space: Workspace;
let good: Buffer;
let dirs: DatabaseDirs;

beforeAll(async () => {
  space = await workspace();
  dirs = space.dirs("good");
  for (const kind of ["auth", "config"] as const) {
    await using _ = await openDatabase({ kind, dir: dirs[kind], mode: "create" });
  }
  await fillLogs(dirs.logs, ENTRIES, 100);
  good = await readFile(join(dirs.logs, "data.mdb"));
});
afterAll(() => space[Symbol.asyncDispose]());

/** The same databases, the logs' file changed. */
async function damaged(name: string, change: (file: Buffer) => void): Promise<DatabaseDirs> {
  const others = space.dirs(name);
  for (const kind of ["auth", "config"] as const) {
    await mkdir(others[kind], { recursive: true });
    await copyFile(join(dirs[kind], "data.mdb"), join(others[kind], "data.mdb"));
  }
  const bytes = Buffer.from(good);
  change(bytes);
  await mkdir(others.logs, { recursive: true });
  await using file = await open(join(others.logs, "data.mdb"), "wx");
  await file.writeFile(bytes);
  return others;
}

/** A branch page in the middle of the entries keeps two of its children. Its bounds count from the end of its header. */
function hideRecords(file: Buffer): void {
  const pages: number[] = [];
  for (let at = 0; at < file.length; at += PAGE) {
    const page = file.subarray(at, at + PAGE);
    const children = page.readUInt16LE(LOWER_AT) / 2;
    if (page.readUInt16LE(FLAGS_AT) !== BRANCH || children < 10) continue;
    if (page.includes("entry\x1bbulk\x1b")) pages.push(at);
  }
  const middle = pages[Math.floor(pages.length / 2)] as number;
  file.writeUInt16LE(2 * 2, middle + LOWER_AT);
}

/** Values are no JSON any more. */
function spoilValues(file: Buffer): void {
  const text = '{"timestamp"';
  for (let at = file.indexOf(text); at > 0; at = file.indexOf(text, at + 1))
    file.fill("A", at, at + 8);
}

async function online(from: DatabaseDirs): Promise<number> {
  const { stream } = await openBackup(
    { kind: "logs", dir: from.logs },
    { engine: lmdb, signal: new AbortController().signal, onReader: () => () => {} },
  );
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.byteLength;
  return bytes;
}

describe.each([
  [
    "a tree that hides records",
    hideRecords,
    /is damaged: page \d+: its nodes do not fill it$/,
    "DATABASE_INVALID",
  ],
  [
    "values that were changed",
    spoilValues,
    /20000 records are not what was written: entry of/,
    "DATABASE_DAMAGED",
  ],
] as const)("%s", (name, change, message, code) => {
  test("fails a backup online, before its seal", async () => {
    const from = await damaged(`online-${name}`, change);
    const failed = await online(from).catch((error) => error);
    expect(failed).toMatchObject({ code });
    expect(failed.message).toMatch(message);
  });

  test("fails one of directories, which leaves an older one as it was", async () => {
    const from = await damaged(`offline-${name}`, change);
    const backupDir = join(dirname(from.logs), "backup");
    await backupDirectories({ dirs, backupDir });
    const before = await readFile(join(backupDir, "log.db"));
    const failed = await backupDirectories({ dirs: from, backupDir }).catch((error) => error);
    expect(failed).toMatchObject({ code });
    expect(failed.message).toMatch(message);
    expect((await readFile(join(backupDir, "log.db"))).equals(before)).toBe(true);
  });
});

test("the same without damage is whole", async () => {
  expect(await online(await damaged("whole", () => {}))).toBeGreaterThan(100_000);
});
