// Something else lies at the place of one of three data files: nothing is changed in the others.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { flowg } from "../cli/flowg.js";
import { dirsIn } from "../operations/online/flowg-server.js";

const FIXTURES = fileURLToPath(new URL("../fixtures/flowg-0.24.1", import.meta.url));

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-odd-data-file-"));
  for (const dir of Object.values(dirsIn(home))) await mkdir(dir, { recursive: true });
});
afterEach(() => rm(home, { recursive: true, force: true }));

const NOT_A_FILE =
  /^error: \S*logs\/data\.mdb is not a file\nhint: LMDB keeps the database there: move away/m;

test.each([
  ["a named pipe", (path: string) => execFileSync("mkfifo", [path]), NOT_A_FILE],
  ["a directory", (path: string) => mkdir(path), NOT_A_FILE],
  ["a device", (path: string) => symlink("/dev/zero", path), NOT_A_FILE],
  [
    "a link to a disk that isn't mounted",
    (path: string) => symlink(join(home, "mnt", "data.mdb"), path),
    /^error: \S*logs\/data\.mdb is a link that leads nowhere\nhint: mount or put back/m,
  ],
] as const)("%s: a restore, a backup and a server say so", async (_, make, says) => {
  const { auth, config, logs } = dirsIn(home);
  await make(join(logs, "data.mdb"));
  const dirs = ["--auth-dir", auth, "--config-dir", config, "--log-dir", logs];
  const addresses = ["--http-bind", "127.0.0.1:0", "--mgmt-bind", "127.0.0.1:0"];
  for (const words of [
    ["admin", "restore", "--backup-dir", FIXTURES, ...dirs],
    ["admin", "backup", "--backup-dir", join(home, "b"), "--only", "logs", ...dirs],
    ["serve", ...dirs, ...addresses],
  ]) {
    const ran = await flowg(words);
    expect(ran.code, ran.stderr).toBe(4);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).not.toContain("restored:");
  }
  expect(await readdir(auth)).not.toContain("data.mdb");
  expect(await readdir(config)).not.toContain("data.mdb");
  expect(await readdir(logs)).toContain("data.mdb");
});
