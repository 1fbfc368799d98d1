// A restore of several databases, and a backup after one, never leaves half of a run without saying so.

import { execFileSync } from "node:child_process";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backupDirectories, type DatabaseDirs, restoreDirectories } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { smallDisk } from "../../platform/files/small-disk.js";
import { treeOf } from "../../platform/files/tree.js";
import { run } from "../../processes/child.js";
import { type Workspace, workspace } from "./contents.js";
import { fillSample, stateOf } from "./sample.js";

let space: Workspace;
let backupDir: string;
let count = 0;

beforeAll(async () => {
  space = await workspace();
  backupDir = join(space.path, "backup");
  await fillSample(space.dirs("source"));
  await backupDirectories({ dirs: space.dirs("source"), backupDir });
});
afterAll(() => space[Symbol.asyncDispose]());

const fresh = () => space.dirs(`new-${++count}`);
const options = (dirs: DatabaseDirs) =>
  ({ dirs, backupDir, mode: "replace", dryRun: false }) as const;

test("a disk without room for all is left as it is", async ({ skip }) => {
  const disk = join(space.path, "disk");
  using _ = await smallDisk(disk, "2m", skip);
  const restoring = restoreDirectories(options(space.dirs("disk")));
  await expect(restoring).rejects.toMatchObject({
    code: "DISK_FULL",
    message: expect.stringContaining("the restore needs about"),
    details: { missingBytes: expect.any(Number) },
  });
  expect(await readdir(disk)).toEqual([]);
});

test("one directory under two names is refused before anything is changed", async () => {
  const dirs = fresh();
  await mkdir(dirs.auth, { recursive: true });
  await symlink(dirs.auth, dirs.config);
  await expect(restoreDirectories(options(dirs))).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining("is given for both auth and config"),
  });
  expect(await readdir(dirs.auth)).toEqual([]);
});

test("another restore in between is told: the databases may be of two backups", async () => {
  const dirs = fresh();
  let isDone = false;
  const restoring = restoreDirectories({
    ...options(dirs),
    onProgress: ({ phase, database }) => {
      if (isDone || phase !== "restoring" || database !== "config") return;
      isDone = true;
      const words = ["admin", "restore", "--only", "auth", "--yes", "--quiet"];
      const flowg = new URL("../../../dist/cli/main.js", import.meta.url).pathname;
      const flags = ["--backup-dir", backupDir, "--auth-dir", dirs.auth];
      execFileSync(process.execPath, [flowg, ...words, ...flags], { stdio: "pipe" });
    },
  });
  await expect(restoring).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("another restore has changed the auth database"),
  });
  expect(isDone).toBe(true);
});

test("a backup after a restore that was cut replaces no older one, and says so elsewhere", async () => {
  const dirs = fresh();
  const die = { phase: "restoring", database: "logs", records: 1 } as const;
  expect((await run({ do: "restore", options: options(dirs), die })).signal).toBe("SIGKILL");
  // a server that was started meanwhile has made the others
  for (const kind of DATABASE_KINDS) {
    await using _ = await openDatabase({ kind, dir: dirs[kind], mode: "create" });
  }
  const before = await treeOf(backupDir);
  const note =
    /^an earlier restore \(begun .+\) was cut, or is still under way: it had done auth, but not logs, config/;
  const refused = await backupDirectories({ dirs: dirs, backupDir }).catch((e) => e);
  expect(refused).toMatchObject({ code: "REFUSED", message: expect.stringMatching(note) });
  expect(await treeOf(backupDir)).toEqual(before);

  const elsewhere = join(space.path, `elsewhere-${count}`);
  const { notes } = await backupDirectories({ dirs: dirs, backupDir: elsewhere });
  expect(notes).toEqual([expect.stringMatching(note)]);

  await restoreDirectories(options(dirs));
  const after = await backupDirectories({ dirs: dirs, backupDir });
  expect(after.notes).toEqual([]);
  expect(await stateOf(dirs)).toEqual(await stateOf(space.dirs("source")));
});
