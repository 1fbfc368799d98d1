// An older good backup survives every run that fails, however it fails; and what such a run leaves behind goes
// away with the next one.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, open, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { backupDirectories, verifyPath } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { userKey } from "../../../server/records/records.js";
import { treeOf } from "../../platform/files/tree.js";
import { type Die, run } from "../../processes/child.js";
import { type Workspace, workspace } from "./contents.js";
import { fillSample } from "./sample.js";

let space: Workspace;
let backupDir: string;
let old: Record<string, string>;
const dirs = () => space.dirs("data");

beforeAll(async () => {
  space = await workspace();
  backupDir = join(space.path, "backup");
  await fillSample(dirs());
  await backupDirectories({ dirs: dirs(), backupDir });
  old = await treeOf(backupDir);
  // so that a new backup would be another one
  await using auth = await openDatabase({ kind: "auth", dir: dirs().auth, mode: "write" });
  auth.records.remove(userKey("user 7"));
});
afterAll(() => space[Symbol.asyncDispose]());

/** The old backup, and nothing else. */
async function expectOldBackup() {
  expect(await treeOf(backupDir)).toEqual(old);
  const found = await verifyPath(backupDir);
  expect(found.map(({ database }) => database)).toEqual(["auth", "config", "logs"]);
}

const staged = async () => (await readdir(backupDir)).filter((name) => name.endsWith(".part"));

describe("an older backup survives a run that is", () => {
  const moments: Die[] = [
    { phase: "reading", database: "auth", records: 0 },
    { phase: "reading", database: "auth", records: 700 },
    { phase: "verifying", database: "auth", records: 700 },
    { phase: "reading", database: "logs", records: 1 },
    { phase: "verifying", database: "logs", records: 0 },
    { phase: "verifying", database: "config", records: 8 },
  ];
  it.each(moments)("killed when $phase $database at $records", async (die) => {
    const ended = await run({ do: "backup", options: { dirs: dirs(), backupDir }, die });
    expect(ended.signal).toBe("SIGKILL");
    const left = await staged();
    expect(left.length).toBeGreaterThan(0);
    for (const name of left)
      expect(name).toMatch(
        /^\.(auth|log|config)\.db\.\d+-[0-9a-f]{8}(-locked)?-[0-9a-f]{8}\.part$/,
      );
    // what is there under its name is still the old one
    for (const [name, digest] of Object.entries(old)) {
      expect((await treeOf(backupDir))[name]).toBe(digest);
    }
    // the next run, though it fails as well, sweeps what the killed one left
    const signal = AbortSignal.abort();
    const next = backupDirectories({ dirs: dirs(), backupDir, signal });
    await expect(next).rejects.toMatchObject({ code: "CANCELLED" });
    await expectOldBackup();
  });

  it.each(moments)("stopped when $phase $database at $records", async (moment) => {
    const stopping = new AbortController();
    const running = backupDirectories({
      dirs: dirs(),
      backupDir,
      signal: stopping.signal,
      onProgress: ({ phase, database, records }) => {
        const isNow = phase === moment.phase && database === moment.database;
        if (isNow && records >= moment.records) stopping.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: "CANCELLED" });
    await expectOldBackup();
  });

  it("told that files may not grow so large", async () => {
    const { size } = await stat(join(backupDir, "log.db"));
    // in units of 1 KiB
    const shell = `trap '' XFSZ; ulimit -f ${Math.floor(size / 2048)}`;
    const ended = await run({ do: "backup", options: { dirs: dirs(), backupDir }, shell });
    expect(ended.threw).toMatchObject({ code: "DISK_FULL" });
    expect(ended.threw?.message).toMatch(/^no space left to write .*\/(auth|log|config)\.db$/);
    await expectOldBackup();
  });

  it("out of room on the disk", async (context) => {
    const disk = join(space.path, "disk");
    await mkdir(disk);
    const { size } = await stat(join(backupDir, "log.db"));
    const room = `size=${Math.floor(size / 2)}`;
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", room, "tmpfs", disk]);
    if (mounted.status !== 0) return context.skip("no file system can be mounted here");
    try {
      await writeFile(join(disk, "auth.db"), "an older one");
      const running = backupDirectories({ dirs: dirs(), backupDir: disk });
      await expect(running).rejects.toMatchObject({ code: "DISK_FULL" });
      expect(await treeOf(disk)).toMatchObject({ "auth.db": expect.any(String) });
      expect(await readdir(disk)).toEqual(["auth.db"]);
    } finally {
      execFileSync("umount", [disk]);
    }
  });

  it("not allowed to write there", async (context) => {
    const mounted = spawnSync("mount", ["--bind", backupDir, backupDir]);
    if (mounted.status !== 0) return context.skip("nothing can be mounted here");
    try {
      execFileSync("mount", ["-o", "remount,ro,bind", backupDir]);
      const running = backupDirectories({ dirs: dirs(), backupDir });
      await expect(running).rejects.toMatchObject({
        code: "FILE_UNAVAILABLE",
        message: expect.stringContaining("the file system is read-only"),
      });
    } finally {
      execFileSync("umount", [backupDir]);
    }
    await expectOldBackup();
  });

  it("given a directory where a snapshot should go, before the others get theirs", async () => {
    const other = join(space.path, "other");
    await mkdir(join(other, "log.db"), { recursive: true });
    await writeFile(join(other, "auth.db"), "an older one");
    const before = await treeOf(other);
    const running = backupDirectories({ dirs: dirs(), backupDir: other });
    await expect(running).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining("log.db: it is a directory"),
    });
    expect(await treeOf(other)).toEqual(before);
  });

  it("given a file for a directory", async () => {
    const path = join(space.path, "file");
    await writeFile(path, "");
    for (const backupDir of [path, join(path, "below")]) {
      const running = backupDirectories({ dirs: dirs(), backupDir });
      await expect(running).rejects.toMatchObject({ code: "FILE_UNAVAILABLE" });
    }
  });

  it.each(["auth", "logs", "config"] as const)("without the %s database", async (kind) => {
    const without = { ...dirs(), [kind]: join(space.path, "nowhere") };
    const running = backupDirectories({ dirs: without, backupDir });
    await expect(running).rejects.toMatchObject({ code: "DATABASE_MISSING" });
    await expectOldBackup();
  });

  it("reading a database with pages of zeros", async () => {
    const damaged = space.dirs("damaged");
    await fillSample(damaged);
    await using file = await open(join(damaged.logs, "data.mdb"), "r+");
    const { size } = await file.stat();
    // from its middle on
    await file.write(Buffer.alloc(size - size / 2), 0, size - size / 2, size / 2);
    const ended = await run({ do: "backup", options: { dirs: damaged, backupDir } });
    expect(ended.threw).toMatchObject({ code: "DATABASE_INVALID" });
    expect(ended.threw?.message).toContain(damaged.logs);
    await expectOldBackup();
  });
});

describe("a staged file", () => {
  let pid: number;
  beforeEach(() => {
    // a process that has ended
    pid = spawnSync("true").pid;
  });

  it("of a run that is under way stays, and that run ends well", async () => {
    const other = join(space.path, "two");
    let second: Promise<unknown> | undefined;
    const first = backupDirectories({
      dirs: dirs(),
      backupDir: other,
      onProgress: ({ database, phase }) => {
        if (database !== "logs" || phase !== "verifying") return;
        second ??= run({ do: "backup", options: { dirs: dirs(), backupDir: other } });
      },
    });
    await first;
    expect(await second).toMatchObject({ gave: { directory: other } });
    expect((await verifyPath(other)).length).toBe(3);
    expect((await readdir(other)).sort()).toEqual(["auth.db", "config.db", "log.db"]);
  });

  it("of a killed run is swept, also where its process had the id of this one", async () => {
    const other = join(space.path, "stale");
    await mkdir(other);
    await writeFile(join(other, `.auth.db.${pid}-0123abcd.part`), "");
    const mine = join(other, `.log.db.${process.pid}-0123abcd.part`);
    await writeFile(mine, "");
    // before this process began
    await utimes(mine, 0, 0);
    await writeFile(join(other, ".auth.db.1-mine.part"), "somebody else's");
    await writeFile(join(other, "notes.part"), "somebody else's");
    await backupDirectories({ dirs: dirs(), backupDir: other });
    expect((await readdir(other)).sort()).toEqual(
      [".auth.db.1-mine.part", "auth.db", "config.db", "log.db", "notes.part"].sort(),
    );
  });
});

it.each(["0", "0022", "0077"])("is for its owner only under umask %s", async (umask) => {
  const own = join(space.path, `umask-${umask}`, "backup");
  await mkdir(join(own, ".."));
  const { gave } = await run({
    do: "backup",
    options: { dirs: dirs(), backupDir: own },
    shell: `umask ${umask}`,
  });
  expect(gave?.snapshots.length).toBe(3);
  const tree = await treeOf(join(own, ".."));
  const modes = Object.entries(tree).map(([name, digest]) => [name, digest.split(" ")[0]]);
  expect(Object.fromEntries(modes)).toEqual({
    "backup/": "700",
    "backup/auth.db": "600",
    "backup/config.db": "600",
    "backup/log.db": "600",
  });
});
