// LMDB's lock file, missing or unusable: lmdb-js crashes the process where LMDB can't map it.

import { execFile } from "node:child_process";
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import type { OpenMode } from "../../server/storage/engine.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";
import { smallDisk } from "../platform/files/small-disk.js";

const MODES = ["read", "write", "create"] as const;
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let space: Workspace;
let dir: string;
let lock: string;

beforeEach(async () => {
  space = await workspace();
  const made = join(space.path, "made");
  {
    await using _ = await openDatabase({ kind: "auth", dir: made, mode: "create" });
  }
  dir = join(space.path, "auth");
  lock = join(dir, "lock.mdb");
  await mkdir(dir);
  await copyFile(join(made, "data.mdb"), join(dir, "data.mdb"));
});
afterEach(() => space[Symbol.asyncDispose]());

async function openAndClose(mode: OpenMode): Promise<void> {
  await using _ = await openDatabase({ kind: "auth", dir, mode });
}

test.each(MODES)("is made with all its pages, for its owner only: %s", async (mode) => {
  await openAndClose(mode);
  const { blocks, mode: rights, size } = await stat(lock);
  expect(rights & 0o777).toBe(0o600);
  expect(blocks * 512).toBeGreaterThanOrEqual(size);
  expect((await readdir(dir)).sort()).toEqual(["data.mdb", "lock.mdb"]);
});

test("is the data's owner's, also when root makes it", async ({ skip }) => {
  skip(!isRoot, "only root can make files of others");
  await chown(join(dir, "data.mdb"), NOBODY, NOBODY);
  await openAndClose("read");
  expect((await stat(lock)).uid).toBe(NOBODY);
});

describe.each(MODES)("to %s a database", (mode) => {
  test("whose lock file is a directory", async () => {
    await mkdir(lock);
    await expect(openAndClose(mode)).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
      message: `${lock} is not a file`,
    });
  });

  test("whose lock file is a link to nowhere", async () => {
    await symlink(join(space.path, "nowhere", "lock"), lock);
    await expect(openAndClose(mode)).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
      message: `${lock} is not a file`,
    });
    expect(await readdir(dir)).toHaveLength(2);
  });

  test("whose lock file somebody else made", async ({ skip }) => {
    skip(!isRoot, "only root can become somebody else");
    await openAndClose("read");
    for (const path of [space.path, dir]) await chmod(path, 0o777);
    await chmod(join(dir, "data.mdb"), 0o666);
    const script = `
      const { openDatabase } = await import("${new URL("../../dist/server/engine/lmdb/open.js", import.meta.url)}");
      process.setuid(${NOBODY});
      const options = { kind: "auth", dir: ${JSON.stringify(dir)}, mode: "${mode}" };
      await openDatabase(options).then(
        (database) => database.close().then(() => console.log("opened")),
        ({ code, message }) => console.log(code, message),
      );
    `;
    const words = ["--input-type=module", "-e", script];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    // a reader can do without: the walk of a backup finds out whether somebody wrote
    expect(stdout).toMatch(mode === "read" ? /^opened/ : /^DATABASE_UNAVAILABLE .*lock\.mdb/);
  });

  test("on a disk without room for it", async ({ skip }) => {
    const disk = join(space.path, "disk");
    using _ = await smallDisk(disk, "256k", skip);
    await copyFile(join(dir, "data.mdb"), join(disk, "data.mdb"));
    await writeFile(join(disk, "filler"), Buffer.alloc(1_000_000)).catch(() => {});
    const opening = openDatabase({ kind: "auth", dir: disk, mode });
    await expect(opening).rejects.toMatchObject({ code: "DISK_FULL" });
    await rm(join(disk, "filler"));
    const database = await openDatabase({ kind: "auth", dir: disk, mode });
    await database.close();
  });
});

test("a new database isn't begun where there is hardly any room", async ({ skip }) => {
  const disk = join(space.path, "disk");
  using _ = await smallDisk(disk, "512k", skip);
  const opening = openDatabase({ kind: "auth", dir: join(disk, "auth"), mode: "create" });
  await expect(opening).rejects.toMatchObject({ code: "DISK_FULL" });
});
