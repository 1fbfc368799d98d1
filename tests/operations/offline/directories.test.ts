// Surprises in the directories that backup and restore are given. Each has its exit code and a sentence that names the place,
// and nothing is changed.

import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, cp, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { backupDirectories, type DatabaseDirs, restoreDirectories } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { encodeValue, entryKey, streamKey } from "../../../server/records/records.js";
import { flowg, type Ran } from "../../cli/flowg.js";
import { fixedHeader, makeSnapshot } from "../../formats/snapshot/make-snapshot.js";
import { treeOf } from "../../platform/files/tree.js";
import { type Workspace, workspace } from "./contents.js";
import { fillSample, stateOf } from "./sample.js";

const FLOWG_BACKUP = join(import.meta.dirname, "../../fixtures/flowg-0.24.1");

let space: Workspace;
let good: string;
let backupDir: string;
let dirs: DatabaseDirs;
let count = 0;

beforeAll(async () => {
  space = await workspace();
  good = join(space.path, "good");
  await fillSample(space.dirs("snapshot"), { entries: 500 });
  await backupDirectories({ dirs: space.dirs("snapshot"), backupDir: good });
  await fillSample(space.dirs("base"), { version: 2, entries: 100 });
});
afterAll(() => space[Symbol.asyncDispose]());
beforeEach(async () => {
  const name = `run-${++count}`;
  dirs = space.dirs(name);
  await cp(join(space.path, "base"), join(space.path, name), { recursive: true });
  backupDir = join(space.path, `${name}-backup`);
  await cp(good, backupDir, { recursive: true });
});

type Command = "backup" | "restore";

function wordsOf(command: Command, ...more: string[]): string[] {
  const { auth, config, logs } = dirs;
  const words = ["--auth-dir", auth, "--config-dir", config, "--log-dir", logs];
  return ["admin", command, "--backup-dir", backupDir, ...words, "--json", ...more];
}

const admin = (command: Command, ...more: string[]): Promise<Ran> =>
  flowg(wordsOf(command, ...more));

/** Data and snapshots. LMDB's lock file is left out: it changes at every look. */
async function everything() {
  const trees = [await treeOf(join(space.path, `run-${count}`)), await treeOf(backupDir)];
  return trees.map((tree) => Object.entries(tree).filter(([name]) => !name.endsWith("lock.mdb")));
}

async function expectRefusal(ran: Ran, exitCode: number, code: string, message: RegExp) {
  expect(ran.code, ran.stderr).toBe(exitCode);
  const answer = JSON.parse(ran.stdout);
  expect(answer).toMatchObject({ success: false, code });
  expect(answer.message).toMatch(message);
  expect(ran.stderr).toMatch(/^error: /m);
}

type Kind = keyof DatabaseDirs;
const dataFile = (kind: Kind) => join(dirs[kind], "data.mdb");

const DIRECTORIES: [what: string, prepare: () => Promise<unknown>, code: string, says: RegExp][] = [
  [
    "swapped directories",
    async () => {
      dirs = { ...dirs, auth: dirs.config, config: dirs.auth };
    },
    "DATABASE_WRONG_KIND",
    /config holds the config database, not the auth database/,
  ],
  [
    "a BadgerDB directory",
    async () => {
      await rm(dirs.logs, { recursive: true });
      await mkdir(dirs.logs);
      for (const name of ["MANIFEST", "000001.vlog", "000001.sst", "KEYREGISTRY"]) {
        await writeFile(join(dirs.logs, name), "badger");
      }
    },
    "DATABASE_INVALID",
    /logs holds a BadgerDB database, FlowG's own storage/,
  ],
  [
    "a data file that is text",
    () => writeFile(dataFile("config"), "hello ".repeat(5000)),
    "DATABASE_INVALID",
    /data\.mdb is not an LMDB data file/,
  ],
  [
    "a database with a newer schema",
    async () => {
      await using auth = await openDatabase({ kind: "auth", dir: dirs.auth, mode: "write" });
      auth.local.put(Buffer.from("schema"), Buffer.from("99"));
    },
    "DATABASE_TOO_NEW",
    /has schema 99; this program knows 3/,
  ],
  [
    "a file for a directory",
    async () => {
      await rm(dirs.config, { recursive: true });
      await writeFile(dirs.config, "");
    },
    "DATABASE_INVALID",
    /config\/data\.mdb/,
  ],
];

describe("both backup and restore refuse", () => {
  it.each(DIRECTORIES)("%s", async (_, prepare, code, says) => {
    await prepare();
    const before = await everything();
    await expectRefusal(await admin("backup"), 4, code, says);
    await expectRefusal(await admin("restore"), 4, code, says);
    await expectRefusal(await admin("restore", "--replace", "--yes"), 4, code, says);
    await expectRefusal(await admin("restore", "--dry-run"), 4, code, says);
    expect(await everything()).toEqual(before);
  });
});

describe("a database directory that is missing", () => {
  it("fails a backup, and is made by a restore", async () => {
    await rm(dirs.logs, { recursive: true });
    const before = await everything();
    const says = /there is no logs database in .*logs$/;
    await expectRefusal(await admin("backup"), 4, "DATABASE_MISSING", says);
    expect(await everything()).toEqual(before);
    expect((await admin("restore", "--replace", "--yes")).code).toBe(0);
    expect(await stateOf(dirs)).toEqual(await stateOf(space.dirs("snapshot")));
  });

  it("is not made by a dry run", async () => {
    const nowhere = space.dirs("nowhere");
    const report = await restoreDirectories({
      dirs: nowhere,
      backupDir,
      mode: "merge",
      dryRun: true,
    });
    expect(report.databases.map(({ kinds }) => Object.keys(kinds).length > 0)).toEqual([
      true,
      true,
      true,
    ]);
    expect(Object.keys(await treeOf(space.path)).filter((name) => /nowhere/.test(name))).toEqual(
      [],
    );
  });

  it("is made by a restore also where its creation was cut before", async () => {
    await rm(dirs.auth, { recursive: true });
    await mkdir(dirs.auth);
    await writeFile(dataFile("auth"), "");
    const { code, stdout } = await admin("restore", "--replace", "--yes");
    expect(code, stdout).toBe(0);
    expect(await stateOf(dirs)).toEqual(await stateOf(space.dirs("snapshot")));
  });
});

it("one directory for two databases is refused before the first is restored", async () => {
  dirs = { ...space.dirs("both"), config: join(space.path, "both", "auth", ".") };
  await expectRefusal(await admin("restore"), 2, "INPUT_INVALID", /given for both auth and config/);
});

/** While `work` runs nobody can write there, not even root. Where that can't be had, the test is skipped. */
async function whileImmutable(path: string, work: () => Promise<void>, context: TestContext) {
  const isFixed = () => spawnSync("chattr", ["+i", path]).status === 0;
  if (process.getuid?.() !== 0 || !isFixed()) return context.skip("no file can be made immutable");
  try {
    await work();
  } finally {
    spawnSync("chattr", ["-i", path]);
  }
}

it("a database that can't be written is found before the others are restored", async (context) => {
  const before = await everything();
  const refused = async () => {
    const says = /cannot write to .*config\/data\.mdb: not permitted; nothing was restored/;
    await expectRefusal(await admin("restore"), 4, "DATABASE_UNAVAILABLE", says);
    expect(await everything()).toEqual(before);
  };
  await whileImmutable(dataFile("config"), refused, context);
});

it("so is one whose lock file its user can't write", async ({ skip }) => {
  const uid = 65_534;
  skip(process.getuid?.() !== 0, "nobody else's process can be started");
  const mayRun = await flowg(["version"], { uid }).then(
    ({ code }) => code === 0,
    () => false,
  );
  skip(!mayRun, "the program, or its Node, is for this user alone");
  await chmod(space.path, 0o711);
  for (const path of [join(dirs.auth, ".."), backupDir])
    execFileSync("chown", ["-R", String(uid), path]);
  await chmod(join(dirs.config, "lock.mdb"), 0o444);
  const before = await everything();
  const says = /cannot write to .*config\/lock\.mdb: permission denied; nothing was restored/;
  await expectRefusal(await flowg(wordsOf("restore"), { uid }), 4, "DATABASE_UNAVAILABLE", says);
  expect(await everything()).toEqual(before);
});

it("FlowG's own files are translated on the database's disk, not beside it", async (context) => {
  await cp(FLOWG_BACKUP, backupDir, { recursive: true });
  const parent = join(dirs.logs, "..");
  const restored = async () => {
    const { code, stdout, stderr } = await admin("restore");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).databases).toHaveLength(3);
  };
  await whileImmutable(parent, restored, context);
});

it.each(["auth", "log"])("a snapshot of %s that was decompressed is refused", async (name) => {
  const path = join(backupDir, `${name}.db`);
  await writeFile(path, execFileSync("zstd", ["-dcq", path], { maxBuffer: 2 ** 30 }));
  const says = /this is what one of our snapshots holds, decompressed: .*; nothing was restored$/;
  await expectRefusal(await admin("restore"), 3, "SNAPSHOT_UNRECOGNIZED", says);
});

it("says what a server will make, where no user or no role is left", async () => {
  await rm(dirs.auth, { recursive: true });
  await writeFile(join(backupDir, "auth.db"), await makeSnapshot([]));
  const ran = await admin("restore", "--only", "auth");
  expect(ran.code, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout).notes).toEqual([
    "no user is left: `flowg serve` will make user root, with its first password",
    "no role is left: `flowg serve` will make role admin, with all rights",
  ]);
});

it("says which streams' limits take away again what it brings", async () => {
  const stream = (name: string, ttl: number, size = 0) => ({
    key: streamKey(name),
    value: encodeValue({ ttl, size, indexed_fields: [] }),
  });
  const entry = (name: string, ms: number, text = "") => ({
    key: entryKey(name, ms, randomUUID()),
    value: encodeValue({ timestamp: new Date(ms).toISOString(), fields: { text } }),
  });
  const hourAgo = Date.now() - 3_600_000;
  const small = entry("small", hourAgo, "x".repeat(2 ** 21));
  const entries = [...["forever", "long", "short"].map((name) => entry(name, hourAgo)), small];
  const streams = [
    stream("forever", 0, 1),
    stream("long", 7200),
    stream("short", 600),
    stream("small", 0, 1),
  ];
  // a block is a record too large for it, or about a MiB
  const blocks = [...entries.map((record) => [record]), streams];
  const bytes = await makeSnapshot(blocks, fixedHeader("logs"));
  await writeFile(join(backupDir, "log.db"), bytes);
  for (const more of [["--dry-run"], []]) {
    const ran = await admin("restore", "--only", "logs", ...more);
    expect(ran.code, ran.stderr).toBe(0);
    const oldest = new Date(hourAgo).toISOString();
    expect(JSON.parse(ran.stdout).databases[0].warnings).toEqual([
      `stream "short" keeps entries for 600 seconds: older ones, from ${oldest} on, are deleted again once a server runs`,
      `stream "small" keeps 1 MiB: the oldest of the ${small.key.length + small.value.length} bytes restored are deleted again once a server runs`,
    ]);
  }
});

describe("the log snapshot", () => {
  const logDb = () => join(backupDir, "log.db");
  const logsDb = () => join(backupDir, "logs.db");
  const notesOf = (ran: Ran): string[] => JSON.parse(ran.stdout).notes;

  it("may be called logs.db, as the API calls it", async () => {
    await rename(logDb(), logsDb());
    const ran = await admin("restore", "--replace", "--yes");
    expect(ran.code).toBe(0);
    expect(notesOf(ran)).toEqual([]);
    expect(await stateOf(dirs)).toEqual(await stateOf(space.dirs("snapshot")));
  });

  it("may be there under both names if both are the same", async () => {
    await cp(logDb(), logsDb());
    const ran = await admin("restore", "--dry-run");
    expect(notesOf(ran)).toEqual([]);
  });

  it("is log.db where they differ, and that is said", async () => {
    await writeFile(logsDb(), "another");
    const ran = await admin("restore", "--replace", "--yes");
    expect(ran.code).toBe(0);
    const note = `${logDb()} and ${logsDb()} differ: ${logDb()} is used`;
    expect(notesOf(ran)).toEqual([note]);
    expect(ran.stderr).toContain(`warning: ${note}`);
    expect(await stateOf(dirs)).toEqual(await stateOf(space.dirs("snapshot")));
  });

  it("can't be a directory", async () => {
    await mkdir(logsDb());
    const says = /logs\.db: it is a directory/;
    await expectRefusal(await admin("restore"), 8, "FILE_UNAVAILABLE", says);
  });

  it("can't be a named pipe, which would wait for ever", async () => {
    await rm(logDb());
    execFileSync("mkfifo", [logDb()]);
    const says = /log\.db: it is not a regular file/;
    await expectRefusal(await admin("restore"), 8, "FILE_UNAVAILABLE", says);
    await expectRefusal(
      await flowg(["admin", "verify", logDb(), "--json"]),
      8,
      "FILE_UNAVAILABLE",
      says,
    );
  });

  it("may be a link", async () => {
    await rename(logDb(), join(backupDir, "elsewhere"));
    await symlink("elsewhere", logDb());
    expect((await admin("restore", "--dry-run")).code).toBe(0);
  });
});

it.each([
  ["auth", "auth.db", /there is no .*auth\.db; nothing was restored$/],
  ["config", "config.db", /there is no .*config\.db; nothing was restored$/],
  ["logs", "log.db", /there is no .*log\.db or .*logs\.db; nothing was restored$/],
] as const)(
  "a missing snapshot of %s fails the restore, and --only leaves it out",
  async (kind, name, says) => {
    await rm(join(backupDir, name));
    const before = await everything();
    await expectRefusal(await admin("restore"), 8, "FILE_UNAVAILABLE", says);
    expect(await everything()).toEqual(before);
    const others = ["auth", "config", "logs"].filter((other) => other !== kind);
    const ran = await admin("restore", "--only", others.join(","));
    expect(ran.code, ran.stderr).toBe(0);
    const restored = JSON.parse(ran.stdout).databases.map(
      (one: { database: Kind }) => one.database,
    );
    expect(restored.sort()).toEqual(others);
    const after = await stateOf(dirs);
    expect(after[kind]).toBe((await stateOf(space.dirs("base")))[kind]);
  },
);
