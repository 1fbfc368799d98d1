// The next run removes what killed runs left.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backupDirectories, restoreDirectories, undoBounds } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { lmdb } from "../../../server/engine/lmdb.js";
import { sweepLeftovers } from "../../../server/operations/leftovers.js";
import { maker } from "../../../server/platform/files/maker.js";
import { spawnServer } from "../../http/server-process.js";
import { type Workspace, workspace } from "../offline/contents.js";
import { run } from "./flowg-server.js";

const FIXTURES = fileURLToPath(new URL("../../fixtures/flowg-0.24.1", import.meta.url));
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const UUID = "0f8fad5b-d9cb-469f-a165-70867728950e";

let home: string;
let dead: number;
const dirs = () => ({
  auth: join(home, "data", "auth"),
  config: join(home, "data", "config"),
  logs: join(home, "data", "logs"),
});

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-leftovers-"));
  dead = Number((await run(process.execPath, ["-p", "process.pid"])).stdout.toString());
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function restore() {
  await restoreDirectories({ dirs: dirs(), backupDir: FIXTURES, mode: "merge", dryRun: false });
}

/** Everything that a kill can leave, under the names of this version and of earlier ones. */
async function leave(): Promise<void> {
  const us = maker().split("-")[1];
  for (const dir of Object.values(dirs())) {
    await mkdir(join(dir, "spool"), { recursive: true });
    await writeFile(join(dir, `lock.mdb.${UUID}`), Buffer.alloc(32_976));
    await writeFile(join(dir, "spool", `.logs.db.${dead}-0123abcd.part`), "half");
    await writeFile(join(dir, "spool", `.logs.db.${dead}-${us}-locked-0123abcd.part`), "half");
    for (const place of [dir, join(dir, "spool")]) {
      await mkdir(join(place, `.flowg-scratch-${dead}-Xy12Ab`));
      await mkdir(join(place, `.flowg-scratch-${dead}-${us}-locked-Xy12Ab`, "flowg-import-1"), {
        recursive: true,
      });
    }
  }
  await writeFile(join(dirs().auth, `session.key.${dead}.0123456789ab`), "secret");
  await writeFile(join(dirs().auth, `.session.key.${dead}-${us}-locked-0123abcd.part`), "secret");
  for (const above of [home, join(home, "data")])
    await mkdir(join(above, `.flowg-scratch-${dead}-${us}-Xy12Ab`));
}

async function names(): Promise<string[]> {
  const all = await readdir(home, { recursive: true });
  return all.filter((name) => /scratch|part$|lock\.mdb\.|session\.key\./.test(name)).sort();
}

describe("what a killed run left is removed by the next", () => {
  beforeEach(async () => {
    await restore();
    await leave();
    expect((await names()).length).toBeGreaterThan(20);
  });

  test("backup", async () => {
    await backupDirectories({ dirs: dirs(), backupDir: join(home, "backup") });
    expect(await names()).toEqual([]);
  });

  test("restore", async () => {
    await restore();
    expect(await names()).toEqual([]);
  });

  test("start of a server", async () => {
    const server = await spawnServer(join(home, "data"), {
      env: { FLOWG_LOG_DIR: dirs().logs },
    });
    expect(await names()).toEqual([]);
    server.child.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(await names()).toEqual([]);
  });
});

test("a start removes what takes restores back that never came to their end, and keeps the others", async () => {
  const { run: kept } = await restoreDirectories({
    dirs: dirs(),
    backupDir: FIXTURES,
    mode: "merge",
    dryRun: false,
    undo: undoBounds(),
  });
  const kinds = Object.values(dirs()).map((dir) => join(dir, "undo"));
  for (const undo of kinds) {
    await writeFile(join(undo, `20261129T000000Z-${UUID}.undo`), "whole, and its run was killed");
    await writeFile(join(undo, `.20261129T000000Z-${UUID}.undo.${dead}-0123abcd.part`), "half");
    await writeFile(join(undo, "notes.txt"), "somebody's own");
  }
  const server = await spawnServer(join(home, "data"), { env: { FLOWG_LOG_DIR: dirs().logs } });
  for (const undo of kinds) {
    const left = (await readdir(undo)).sort();
    expect(left).toEqual([expect.stringContaining(`-${kept}.undo`), "notes.txt"]);
  }
  server.child.kill("SIGTERM");
  expect(await server.exited).toBe(0);
});

test("what another user left, and links in its place, stay", async ({ skip }) => {
  skip(!isRoot, "only root can make what is another user's");
  const dir = dirs().auth;
  const elsewhere = join(home, "elsewhere");
  await mkdir(dir, { recursive: true });
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, "precious"), "keep me");
  const theirs = join(dir, `lock.mdb.${UUID}`);
  await writeFile(theirs, "");
  await chown(theirs, NOBODY, NOBODY);
  await symlink(elsewhere, join(dir, `.flowg-scratch-${dead}-Xy12Ab`));
  await sweepLeftovers(lmdb, dir);
  expect((await readdir(dir)).length).toBe(2);
  expect(await readdir(elsewhere)).toEqual(["precious"]);
});

test("a sweep that goes on all the time keeps no database from being made", async () => {
  const url = new URL("../../../dist/server/operations/leftovers.js", import.meta.url);
  const engine = new URL("../../../dist/server/engine/lmdb.js", import.meta.url);
  const sweeping = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `const { sweepLeftovers } = await import("${url}"); const { lmdb } = await import("${engine}"); console.log("on");
     for (;;) await sweepLeftovers(lmdb, ${JSON.stringify(dirs().auth)});`,
  ]);
  await once(sweeping.stdout, "data");
  for (let n = 0; n < 20; n++) {
    await using _ = await openDatabase({ kind: "auth", dir: dirs().auth, mode: "create" });
    await rm(dirs().auth, { recursive: true });
  }
  sweeping.kill("SIGKILL");
  await once(sweeping, "exit");
});

describe("root that works for a service's user", () => {
  let space: Workspace;
  beforeEach(async ({ skip }) => {
    skip(!isRoot, "only root can make files for others");
    space = await workspace();
  });
  afterEach(() => space?.[Symbol.asyncDispose]());

  const owners = async (dir: string) => {
    const all = ["", ...(await readdir(dir, { recursive: true }))];
    return new Set(await Promise.all(all.map(async (name) => (await stat(join(dir, name))).uid)));
  };

  test("gives what it makes there to the directory's owner", async () => {
    for (const dir of Object.values(dirs())) await mkdir(dir, { recursive: true });
    for (const dir of [home, join(home, "data"), ...Object.values(dirs())])
      await chown(dir, NOBODY, NOBODY);
    await restore();
    expect(await owners(home)).toEqual(new Set([NOBODY]));
    await restore();
    await backupDirectories({ dirs: dirs(), backupDir: join(space.path, "backup") });
    expect(await owners(home)).toEqual(new Set([NOBODY]));
    // a backup stays root's: it holds secrets, and nobody said whom to give it to
    expect(await owners(join(space.path, "backup"))).toEqual(new Set([0]));
  });

  test("gives directories that it makes there, too, and a server's files", async () => {
    await chown(home, NOBODY, NOBODY);
    const server = await spawnServer(join(home, "data"));
    server.child.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    expect((await readdir(join(home, "data", "auth"))).sort()).toEqual(
      ["data.mdb", "lock.mdb", "session.key", "spool"].sort(),
    );
    expect(await owners(home)).toEqual(new Set([NOBODY]));
  });

  test("gives nothing that a link points to", async () => {
    const precious = join(space.path, "precious");
    await writeFile(precious, "");
    await mkdir(dirs().auth, { recursive: true });
    await symlink(precious, join(dirs().auth, "data.mdb"));
    await chown(dirs().auth, NOBODY, NOBODY);
    await openDatabase({ kind: "auth", dir: dirs().auth, mode: "create" }).then(
      (database) => database.close(),
      () => {},
    );
    expect((await stat(precious)).uid).toBe(0);
  });

  test("keeps what is in its own directories", async () => {
    await cp(FIXTURES, join(home, "backup"), { recursive: true });
    await restore();
    expect(await owners(home)).toEqual(new Set([0]));
  });
});
