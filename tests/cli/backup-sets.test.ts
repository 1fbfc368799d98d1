// Several backups at once: a row for each file, whatever is wrong with those before, and what belongs together.

import { execFileSync } from "node:child_process";
import {
  copyFile,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backupDirectories } from "../../server/core.js";
import { startServer } from "../http/test-server.js";
import { type Workspace, workspace } from "../operations/offline/contents.js";
import { fillSample } from "../operations/offline/sample.js";
import { flowg } from "./flowg.js";

const FLOWG_BACKUP = join(import.meta.dirname, "../fixtures/flowg-0.24.1");

let space: Workspace;
const at = (...names: string[]) => join(space.path, "all", ...names);
beforeEach(async () => {
  space = await workspace();
  const dirs = space.dirs("source");
  await fillSample(dirs, { entries: 200 });
  await mkdir(at());
  for (const name of ["mon", "tue"]) await backupDirectories({ dirs, backupDir: at(name) });
});
afterEach(() => space[Symbol.asyncDispose]());

const verify = (...words: string[]) => flowg(["admin", "verify", ...words]);
const rows = (text: string) => text.split("\n").filter((line) => /\.db /.test(line));
const sha256sum = (path: string) =>
  execFileSync("sha256sum", [path], { encoding: "utf8" }).slice(0, 64);

describe("flowg admin verify", () => {
  test("takes a directory of backups, and FlowG's own among them", async () => {
    await cp(FLOWG_BACKUP, at("wed"), { recursive: true });
    await mkdir(at("empty"));
    const ran = await verify(at());
    expect(ran.code, ran.stderr).toBe(0);
    expect(rows(ran.stdout)).toHaveLength(9);
    expect(ran.stdout).toContain("9 files verified in");
  });

  test("finds them levels deep, and by links, each once", async () => {
    const elsewhere = join(space.path, "elsewhere");
    await mkdir(at("2026", "11", "28"), { recursive: true });
    await cp(at("mon"), at("2026", "11", "28", "23h"), { recursive: true });
    await rename(at("tue"), elsewhere);
    await symlink(elsewhere, at("other disk"));
    await symlink("mon", at("latest"));
    await symlink(at(), at("mon", "round"));
    await symlink(at(), at("2026", "round"));
    await symlink("nowhere", at("dangling"));
    const ran = await verify(at());
    expect(ran.code, ran.stderr).toBe(0);
    expect(rows(ran.stdout).map((row) => row.slice(0, row.indexOf(".db")))).toEqual(
      [["2026", "11", "28", "23h"], ["mon"], ["other disk"]].flatMap((names) =>
        ["auth", "config", "log"].map((file) => at(...names, file)),
      ),
    );
    await truncate(at("2026", "11", "28", "23h", "log.db"), 100);
    expect((await verify(at())).code).toBe(3);
  });

  test("goes on after what is bad, and says what is wrong with each", async () => {
    await truncate(at("mon", "auth.db"), 100);
    await writeFile(at("tue", "log.db"), "text");
    const ran = await verify(at("mon"), at("nowhere.db"), at("tue", "config.db"), at("tue"));
    expect(ran.code).toBe(3);
    expect(rows(ran.stdout)).toHaveLength(8);
    const one = await verify(at("mon"));
    expect(one.stderr).toMatch(/^error: 1 of 3 files is bad$|sound/m);
    expect(rows(ran.stdout).filter((row) => row.endsWith("BAD"))).toHaveLength(3);
    expect(ran.stdout).toContain("5 of 8 files verified in");
    for (const path of [at("mon", "auth.db"), at("nowhere.db"), at("tue", "log.db")]) {
      expect(ran.stderr).toContain(path);
    }
    expect(ran.stderr).toContain("error: 3 of 8 files are bad\n");
    const json = JSON.parse((await verify(at("mon"), at("nowhere.db"), "--json")).stdout);
    expect(json).toMatchObject({ success: false, code: "SNAPSHOT_CORRUPT" });
    expect(json.bad.map(({ code }: { code: string }) => code)).toEqual([
      "SNAPSHOT_TRUNCATED",
      "FILE_UNAVAILABLE",
    ]);
    expect(json.files).toHaveLength(2);
  });

  test("one file that is bad is an error as ever, and what is not there another", async () => {
    await truncate(at("mon", "auth.db"), 100);
    const bad = await verify(at("mon", "auth.db"));
    expect(bad).toMatchObject({ code: 3, stdout: "" });
    expect(bad.stderr).toMatch(/^error: \S+auth\.db: .*ends at byte/m);
    expect(await verify(at("nowhere"))).toMatchObject({ code: 8, stdout: "" });
    await mkdir(at("empty"));
    expect(await verify(at("empty"))).toMatchObject({ code: 8, stdout: "" });
  });

  test("a file under another's name is bad", async () => {
    await copyFile(at("mon", "auth.db"), at("mon", "config.db"));
    const ran = await verify(at("mon"));
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/bad: \S+config\.db: .*auth/);
  });
});

describe("a set that was downloaded as one", () => {
  test("agrees with its manifest, which has what sha256sum says", async () => {
    await using server = await startServer();
    const headers = { Authorization: server.root };
    const tar = await fetch(`${server.url}/api/v1/backup`, { headers });
    await writeFile(at("set.tar"), Buffer.from(await tar.arrayBuffer()));
    await mkdir(at("set"));
    execFileSync("tar", ["-xf", at("set.tar"), "-C", at("set")]);
    const manifest = JSON.parse(await readFile(at("set", "manifest.json"), "utf8"));
    for (const { name, fileSha256 } of manifest.snapshots) {
      expect(fileSha256).toBe(sha256sum(at("set", name)));
    }
    expect((await verify(at("set"))).code).toBe(0);

    for (const name of ["auth.db", "config.db"]) await copyFile(at("mon", name), at("set", name));
    await copyFile(at("mon", "log.db"), at("set", "logs.db"));
    const ran = await verify(at("set"));
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain(
      "manifest.json lists another auth snapshot than the one that is there",
    );
    // one that lists nothing is of no set, either
    for (const snapshots of [[], [null], [{ database: "logs" }]]) {
      await writeFile(at("set", "manifest.json"), JSON.stringify({ snapshots }));
      const short = await verify(at("set"));
      expect(short.code).toBe(3);
      expect(short.stderr).toContain("manifest.json doesn't list the auth snapshot");
    }
    await writeFile(at("set", "manifest.json"), "{");
    expect((await verify(at("set"))).stderr).toContain("manifest.json can't be read");
    await rm(at("set", "manifest.json"));
    expect((await verify(at("set"))).code).toBe(0);
  });
});

test("inspect and a backup's report say what sha256sum says", async () => {
  for (const path of [at("mon", "log.db"), join(FLOWG_BACKUP, "auth.db")]) {
    const ran = await flowg(["admin", "inspect", path]);
    expect(ran.stdout).toContain(`sha256sum: ${sha256sum(path)}\n`);
  }
  const report = await backupDirectories({ dirs: space.dirs("source"), backupDir: at("thu") });
  for (const { path, fileSha256 } of report.snapshots) expect(fileSha256).toBe(sha256sum(path));
});

test("flowg backups list shows date, state and counts of each", async () => {
  await truncate(at("tue", "log.db"), 1000);
  await cp(FLOWG_BACKUP, at("wed"), { recursive: true });
  const ran = await flowg(["backups", "list", at()]);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^Backup +State +Created +Auth +Config +Logs +Size\n/);
  expect(ran.stdout).toMatch(/mon +good +\d{4}-\S+Z +2,100 +8 +205 /);
  expect(ran.stdout).toMatch(/tue +BAD +\d{4}-\S+Z +2,100 +8 +- /);
  expect(ran.stdout).toMatch(/wed +good +- +7 +7 +1,511 /);
  expect(ran.stderr).toMatch(/bad: \S+tue\S+log\.db: /);
  const { backups } = JSON.parse((await flowg(["backups", "list", at(), "--json"])).stdout);
  expect(backups.map(({ good }: { good: boolean }) => good)).toEqual([true, false, true]);
  expect(await flowg(["backups", "list", at("nowhere")])).toMatchObject({ code: 8, stdout: "" });
});
