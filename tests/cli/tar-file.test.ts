// The tar of a backup as a file, taken as it is; and where a backup is looked for if nothing says it.

import { execFileSync } from "node:child_process";
import { copyFile, cp, mkdir, rename, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DatabaseDirs } from "../../server/core.js";
import { startServer } from "../http/test-server.js";
import { stateOf } from "../operations/offline/sample.js";
import { makeWorkplace, type Workplace } from "./workplace.js";

let place: Workplace;
let home: string;
let dirs: DatabaseDirs;
let dirsIn: Workplace["dirsIn"];
let run: Workplace["run"];
let leftovers: Workplace["leftovers"];
beforeEach(async () => {
  place = await makeWorkplace();
  ({ home, dirs, dirsIn, run, leftovers } = place);
});
afterEach(() => place[Symbol.asyncDispose]());

const NEW = "--auth-dir new/auth --config-dir new/config --log-dir new/logs";

test("a tar is restored, verified and inspected as it is", async () => {
  await run("flowg admin backup --backup-dir - -q > b.tar");
  const verified = await run("flowg admin verify b.tar");
  expect(verified.code, verified.stderr).toBe(0);
  expect(verified.stdout).toMatch(/^b\.tar\/logs\.db +logs/m);
  const inspected = JSON.parse((await run("flowg admin inspect ./b.tar --json")).stdout);
  expect(inspected.snapshots.map(({ path }: { path: string }) => path)).toEqual(
    ["auth.db", "logs.db", "config.db"].map((name) => `./b.tar/${name}`),
  );
  expect(inspected.snapshots[1].streams.length).toBeGreaterThan(0);
  const fromStdin = await run("flowg admin inspect - < b.tar");
  expect(fromStdin.stdout).toContain("File:      -/logs.db");
  const restored = await run(`flowg admin restore b.tar ${NEW}`);
  expect(restored.code, restored.stderr).toBe(0);
  expect(restored.stdout).toContain("logs: merged with b.tar/logs.db");
  expect(await stateOf(dirsIn("new"))).toEqual(await stateOf(dirs));
  expect((await run(`flowg admin restore --backup-dir b.tar ${NEW} --dry-run`)).code).toBe(0);
  expect(await leftovers()).toEqual([]);
});

test("what the API gave is taken by a restore into a server", async () => {
  await using server = await startServer();
  const { token } = (await server.must("/token", { method: "POST" })).body;
  const env = { FLOWG_TOKEN: token, URL: server.url };
  const curl =
    'curl -fsS -H "Authorization: Bearer pat:$FLOWG_TOKEN" "$URL/api/v1/backup" -o b.tar';
  const line = `${curl} && flowg admin restore b.tar --dry-run --url "$URL"`;
  const ran = await run(`${line} && flowg admin verify b.tar --url "$URL"`, { env });
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toContain("dry run: nothing was written");
  expect(ran.stdout).toContain("b.tar/config.db");
});

test("so is one that a person made of a directory", async () => {
  await run("flowg admin backup -q && tar -cf mine.tar backup");
  const verified = await run("flowg admin verify mine.tar");
  expect(verified.code, verified.stderr).toBe(0);
  expect(verified.stdout).toContain("mine.tar/log.db");
});

test("a broken one among others is named, and the others are verified", async () => {
  await mkdir(join(home, "all"));
  await run("flowg admin backup --backup-dir - -q > all/mon.tar");
  await copyFile(join(home, "all/mon.tar"), join(home, "all/tue.tar"));
  await truncate(join(home, "all/tue.tar"), 5000);
  await run("flowg admin backup --backup-dir all/wed -q");
  const ran = await run("flowg admin verify all");
  expect(ran).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("all/tue.tar: the tar of"),
  });
  expect(ran.stdout).toContain("all/mon.tar/auth.db");
  expect(ran.stdout).toContain("all/wed/auth.db");
  expect((await run("flowg admin verify all/tue.tar all/mon.tar")).code).toBe(3);
  const list = JSON.parse((await run("flowg backups list all --json")).stdout).backups;
  expect(list.map(({ path, good }: { path: string; good: boolean }) => [path, good])).toEqual([
    ["all/mon.tar", true],
    ["all/tue.tar", false],
    ["all/wed", true],
  ]);
  const before = await stateOf(dirs);
  const restored = await run("flowg admin restore all/tue.tar");
  expect(restored).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("all/tue.tar: the tar of the backup is cut short"),
  });
  expect(await stateOf(dirs)).toEqual(before);
  expect(await leftovers()).toEqual([]);
});

test("a damaged snapshot in a tar is named by the tar, and nothing is restored", async () => {
  await run("flowg admin backup -q");
  await truncate(join(home, "backup/log.db"), 900);
  execFileSync("tar", ["-cf", "d.tar", "backup"], { cwd: home });
  const ran = await run("flowg admin restore d.tar");
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain("d.tar/log.db");
  expect(ran.stderr).toContain("nothing was restored");
  expect(ran.stderr).not.toContain("flowg-scratch-");
});

test("restore takes a path, or one by --backup-dir, and not both", async () => {
  await run("flowg admin backup -q --backup-dir monday");
  expect((await run("flowg admin restore ./monday --dry-run")).code).toBe(0);
  expect((await run("flowg admin restore --backup-dir monday --dry-run")).code).toBe(0);
  const env = { FLOWG_BACKUP_DIR: "elsewhere" };
  expect((await run("flowg admin restore ./monday --dry-run", { env })).code).toBe(0);
  const both = await run("flowg admin restore ./monday --backup-dir monday");
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("exclude each other") });
  const one = await run("flowg admin restore monday/log.db");
  expect(one).toMatchObject({
    code: 8,
    stderr: expect.stringMatching(/is one file, and not the tar.*\nhint: .*--only/),
  });
});

test("verify without arguments looks where a backup goes without any", async () => {
  const none = await run("flowg admin verify");
  expect(none).toMatchObject({ code: 8, stderr: expect.stringContaining("./backup") });
  await run("flowg admin backup -q");
  const verified = await run("flowg admin verify");
  expect(verified.code, verified.stderr).toBe(0);
  expect(verified.stdout).toContain("3 files verified");
  await cp(join(home, "backup"), join(home, "other"), { recursive: true });
  await rename(join(home, "backup"), join(home, "gone"));
  const env = { FLOWG_BACKUP_DIR: "other" };
  expect((await run("flowg admin verify", { env })).stdout).toContain("other/auth.db");
  expect((await run("flowg admin verify --backup-dir other")).stdout).toContain("other/auth.db");
});
