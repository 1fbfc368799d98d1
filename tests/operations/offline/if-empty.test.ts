// `flowg admin restore --if-empty`, as containers call it at each start: what is empty or missing is filled, what has records
// is left as it is, and that is said.

import { execFileSync } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { backupDirectories, type DatabaseDirs, restoreDirectories } from "../../../server/core.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { BUILT, flowg, type Ran } from "../../cli/flowg.js";
import { type Workspace, workspace } from "./contents.js";
import { fillSample, type State, stateOf } from "./sample.js";

let space: Workspace;
let backupDir: string;
let snapshot: State;
let other: State;
let dirs: DatabaseDirs;
let count = 0;

beforeAll(async () => {
  space = await workspace();
  backupDir = join(space.path, "backup");
  await fillSample(space.dirs("snapshot"), { entries: 50 });
  await backupDirectories({ dirs: space.dirs("snapshot"), backupDir });
  snapshot = await stateOf(space.dirs("snapshot"));
  await fillSample(space.dirs("other"), { version: 2, entries: 20 });
  other = await stateOf(space.dirs("other"));
});
afterAll(() => space[Symbol.asyncDispose]());
beforeEach(() => {
  dirs = space.dirs(`run-${++count}`);
});

const fromOther = () =>
  cp(join(space.path, "other"), join(space.path, `run-${count}`), { recursive: true });

function start(more: string[] = [], from = backupDir): Promise<Ran> {
  const { auth, config, logs } = dirs;
  const words = [
    "--auth-dir",
    auth,
    "--config-dir",
    config,
    "--log-dir",
    logs,
    "--backup-dir",
    from,
  ];
  return flowg(["admin", "restore", "--if-empty", ...words, ...more]);
}

async function report(more: string[] = []) {
  const ran = await start(["--json", ...more]);
  expect(ran.code, ran.stderr).toBe(0);
  const { databases, left } = JSON.parse(ran.stdout);
  return {
    restored: databases.map(({ database }: { database: string }) => database),
    left: left.map(({ database }: { database: string }) => database),
  };
}

it("fills what is missing at the first start, and touches nothing at the next ones", async () => {
  expect(await report()).toEqual({ restored: ["auth", "logs", "config"], left: [] });
  expect(await stateOf(dirs)).toEqual(snapshot);
  expect(await report()).toEqual({ restored: [], left: ["auth", "logs", "config"] });
  expect(await stateOf(dirs)).toEqual(snapshot);
});

it("leaves what has records, and says how many; the backup need not be there then", async () => {
  await fromOther();
  const ran = await start([], join(space.path, "nowhere"));
  expect(ran).toMatchObject({ code: 0 });
  for (const kind of ["auth", "config", "logs"]) {
    expect(ran.stdout).toMatch(new RegExp(`^${kind}: left as it is, with [\\d,]+ records$`, "m"));
  }
  expect(ran.stdout).toMatch(/\nnothing to restore\n$/);
  expect(await stateOf(dirs)).toEqual(other);
});

it("fills one that is empty, and leaves the others", async () => {
  await fromOther();
  await rm(dirs.config, { recursive: true });
  await (await openDatabase({ kind: "config", dir: dirs.config, mode: "create" })).close();
  const expected = { restored: ["config"], left: ["auth", "logs"] };
  expect(await report(["--dry-run"])).toEqual(expected);
  expect((await stateOf(dirs)).config).toMatch(/^0 /);
  expect(await report()).toEqual(expected);
  expect(await stateOf(dirs)).toEqual({ ...other, config: snapshot.config });
});

it("looks only at those that --only names", async () => {
  await fromOther();
  await rm(dirs.config, { recursive: true });
  await rm(dirs.logs, { recursive: true });
  expect(await report(["--only", "auth,logs"])).toEqual({ restored: ["logs"], left: ["auth"] });
  expect(await report(["--only", "config"])).toEqual({ restored: ["config"], left: [] });
  expect(await stateOf(dirs)).toEqual({ ...snapshot, auth: other.auth });
});

it("fails where the snapshot of an empty one is missing", async () => {
  await fromOther();
  await rm(dirs.logs, { recursive: true });
  const ran = await start([], join(space.path, "nowhere"));
  expect(ran.code).toBe(8);
  expect(ran.stderr).toMatch(/there is no .*log\.db or .*logs\.db; nothing was restored/);
});

it("completes what an earlier start was cut in", async () => {
  await restoreDirectories({ dirs, backupDir, mode: "merge", dryRun: false, only: ["auth"] });
  expect(await report()).toEqual({ restored: ["logs", "config"], left: ["auth"] });
  expect(await stateOf(dirs)).toEqual(snapshot);
});

it("changes nothing in one that somebody fills meanwhile", async () => {
  let isFilled = false;
  const filling = restoreDirectories({
    dirs,
    backupDir,
    mode: "merge",
    dryRun: false,
    only: ["auth"],
    ifEmpty: true,
    onProgress({ phase }) {
      if (phase !== "verifying" || isFilled) return;
      isFilled = true;
      const words = ["admin", "role", "create", "--auth-dir", dirs.auth, "--name", "first"];
      execFileSync(process.execPath, [BUILT, ...words, "read_streams"], { stdio: "ignore" });
    },
  });
  await expect(filling).rejects.toMatchObject({
    code: "CONFLICT",
    message: "the auth database was filled meanwhile; nothing was restored",
  });
  await using database = await openDatabase({ kind: "auth", dir: dirs.auth, mode: "read" });
  expect(database.records.count()).toBe(1);
});

it.each([
  [["--replace", "--yes"], "--if-empty and --replace exclude each other"],
  [["--url", "http://localhost:1", "--token", "none"], "--url and --auth-dir exclude each other"],
])("is refused with %j", async (more, message) => {
  const ran = await start(more);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(`error: ${message}`);
});

it("is refused for a server", async () => {
  const words = [
    "admin",
    "restore",
    "--if-empty",
    "--url",
    "http://localhost:1",
    "--token",
    "none",
  ];
  const ran = await flowg(words);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("--if-empty is for directories");
});
