// Databases on a file system that is mounted read-only, as a container's sidecar sees them: LMDB reads them without locks,
// and a server that writes to them elsewhere may use pages again that are still read.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backupDirectories, type DatabaseDirs } from "../../server/core.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import type { Progress } from "../../server/records/reports.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";
import { fillSample } from "../operations/offline/sample.js";

let space: Workspace;
let mounted: string;

beforeEach(async ({ skip }) => {
  space = await workspace();
  await fillSample(space.dirs("real"));
  mounted = join(space.path, "mounted");
  await mkdir(mounted);
  const bound = spawnSync("mount", ["--bind", join(space.path, "real"), mounted]);
  skip(bound.status !== 0, "nothing can be mounted here");
  execFileSync("mount", ["-o", "remount,ro,bind", mounted]);
});
afterEach(async () => {
  // lazily: LMDB lets go of a file some time after it was closed
  spawnSync("umount", ["-l", mounted]);
  await space[Symbol.asyncDispose]();
});

const WRITE = `
  import { openDatabase } from "${new URL("../../dist/server/engine/lmdb/open.js", import.meta.url)}";
  import { openLogStore } from "${new URL("../../dist/server/stores/logs/store.js", import.meta.url)}";
  const database = await openDatabase({ kind: "logs", dir: process.argv[1], mode: "write" });
  const logs = openLogStore(database);
  await logs.ingest([{ stream: "app", fields: { a: "b" } }]);
  await logs.close();
  await database.close();
`;

const backUp = (dirs: DatabaseDirs, onProgress?: (progress: Progress) => void) =>
  backupDirectories({ dirs, backupDir: join(space.path, "backup"), onProgress });

test("are backed up while nobody writes", async () => {
  const { snapshots } = await backUp(space.dirs("mounted"));
  expect(snapshots).toHaveLength(3);
});

test("are not, if somebody writes meanwhile", async () => {
  let isWritten = false;
  const running = backUp(space.dirs("mounted"), () => {
    if (isWritten) return;
    isWritten = true;
    const words = ["--input-type=module", "-e", WRITE, space.dirs("real").logs];
    execFileSync(process.execPath, words);
  });
  await expect(running).rejects.toMatchObject({
    code: "DATABASE_UNAVAILABLE",
    message: expect.stringContaining("was written to while it was read without its lock file"),
  });
});

test("are not opened for writing, and the hint is about their file system, not about permissions", async () => {
  const dir = space.dirs("mounted").auth;
  await expect(openDatabase({ kind: "auth", dir, mode: "write" })).rejects.toMatchObject({
    code: "DATABASE_UNAVAILABLE",
    message: expect.stringMatching(/lock\.mdb: the file system is read-only$/),
    hint: "give a directory on another file system",
  });
});
