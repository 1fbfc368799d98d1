// `flowg admin backup --only`, of directories and of a server: files of one instant, never mixed with others by accident.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../http/test-server.js";
import { flowg } from "./flowg.js";

let server: TestServer;
let home: string;
let token: string;
beforeAll(async () => {
  server = await startServer();
  token = (await server.must("/token", { method: "POST" })).body.token;
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-only-"));
  return () => rm(home, { recursive: true, force: true });
});

const PLACES = {
  directories: () => [
    "--auth-dir",
    join(server.dir, "auth"),
    "--config-dir",
    join(server.dir, "config"),
    "--log-dir",
    join(server.dir, "logs"),
  ],
  server: () => ["--url", server.url],
};

describe.each(Object.entries(PLACES))("of %s", (_, place) => {
  const run = (command: string, ...words: string[]) =>
    flowg(["admin", command, ...words], { cwd: home, env: { FLOWG_TOKEN: token } });
  const backup = (only: string, ...more: string[]) =>
    run("backup", ...place(), "--only", only, ...more);

  test.each([
    ["logs", ["log.db"]],
    ["config,auth", ["auth.db", "config.db"]],
    ["auth,config,logs", ["auth.db", "config.db", "log.db"]],
  ])("--only %s makes %j", async (only, files) => {
    const ran = await backup(only, "--json");
    expect(ran.code, ran.stderr).toBe(0);
    const { setId, snapshots } = JSON.parse(ran.stdout);
    expect(await readdir(join(home, "backup"))).toEqual(files);
    expect(snapshots).toHaveLength(files.length);
    const isWhole = files.length === 3;
    const verified = await run(
      "verify",
      "backup",
      "--json",
      ...(isWhole ? [] : ["--allow-partial"]),
    );
    expect(verified.code, verified.stderr).toBe(0);
    for (const file of JSON.parse(verified.stdout).files) expect(file.setId).toBe(setId);
    if (isWhole) return;
    // who expects all is told
    expect((await run("verify", "backup")).code).toBe(3);
    const words = ["--dry-run", ...place(), "--yes"];
    expect((await run("restore", ...words)).code).toBe(8);
    const restored = await run("restore", ...words, "--only", only);
    expect(restored.code, restored.stderr).toBe(0);
  });

  test("says what is not in it", async () => {
    const { stdout } = await backup("auth");
    expect(stdout).toContain(
      "without config and logs: restore it with --only auth, verify it with --allow-partial\n",
    );
  });

  test("goes beside files of another instant only with --allow-mixed", async () => {
    expect((await run("backup", ...place())).code).toBe(0);
    const ran = await backup("logs");
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain(
      "backup/auth.db is of another instant than a backup of logs alone; nothing was replaced",
    );
    expect((await run("verify", "backup")).code).toBe(0);
    expect((await backup("logs", "--allow-mixed")).code).toBe(0);
    expect((await run("verify", "backup")).code).toBe(3);
    expect((await run("verify", "backup", "--allow-mixed")).code).toBe(0);
  });

  test("is a tar on stdout, too", async () => {
    const piped = await backup("config", "--backup-dir", "-", "--quiet");
    expect(piped.code, piped.stderr).toBe(0);
    expect(piped.stdout).toContain("config.db");
    expect(piped.stdout).not.toContain("auth.db");
  });

  test("refuses what is not a database", async () => {
    const ran = await backup("auth,lgos");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('unknown database "lgos"; did you mean "logs"?');
  });
});

test("one database alone takes only the scope for it, from a server", async () => {
  const as = (await server.userWith("read_streams")).replace(/^Bearer jwt:/, "");
  const env = { FLOWG_TOKEN: as };
  const backup = (only: string, ...more: string[]) =>
    flowg(["admin", "backup", "--url", server.url, "--only", only, ...more], { cwd: home, env });
  expect((await backup("logs")).code).toBe(0);
  expect((await backup("auth", "--backup-dir", "other")).code).toBe(6);
});

test("a database that is missing keeps the others from nothing", async () => {
  const dirs = ["--config-dir", join(server.dir, "config"), "--log-dir", join(home, "none")];
  const words = ["admin", "backup", "--auth-dir", join(home, "none"), ...dirs];
  expect((await flowg(words, { cwd: home })).code).toBe(4);
  const ran = await flowg([...words, "--only", "config"], { cwd: home });
  expect(ran.code, ran.stderr).toBe(0);
});
