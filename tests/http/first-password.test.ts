// A server that others can reach doesn't start with the password that everybody knows.

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { flowg } from "../cli/flowg.js";
import { type SpawnOptions, spawnServer } from "./server-process.js";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-first-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const ALL = ["--http-bind", "0.0.0.0:0"];

/** The password of root with which one can log in, of those that might be. */
async function started(options: SpawnOptions, passwords: string[]) {
  const server = await spawnServer(dir, options);
  const works: string[] = [];
  for (const password of passwords) {
    if (server.url === "") break;
    const { status } = await fetch(`${server.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ username: "root", password }),
    });
    if (status === 200) works.push(password);
  }
  server.child.kill("SIGTERM");
  const code = await server.exited;
  return { code, works, stdout: server.stdout(), stderr: server.stderr() };
}

test("on all addresses a new server needs a password, and makes nothing without", async () => {
  const refused = await started({ flags: ALL }, []);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain("error: the password of user root is `root`");
  expect(refused.stderr).toContain("FLOWG_INITIAL_PASSWORD_FILE");
  expect(await readdir(dir)).toEqual([]);

  const env = { FLOWG_INITIAL_PASSWORD: "first\n" };
  const given = await started({ flags: ALL, env }, ["root", "first"]);
  expect(given).toMatchObject({ code: 0, works: ["first"] });
  // and from then on it is as any other
  expect(await started({ flags: ALL }, ["root", "first"])).toMatchObject({
    code: 0,
    works: ["first"],
  });
});

test("what began on loopback with the default gets the operator's, before others can reach it", async () => {
  const local = await started({}, ["root"]);
  expect(local).toMatchObject({ code: 0, works: ["root"] });
  expect(local.stdout).toContain("THE PASSWORD OF USER root IS root");
  expect((await started({ flags: ALL }, [])).code).toBe(5);
  for (const host of ["[::]:0", ":0"]) {
    expect((await started({ flags: ["--http-bind", host] }, [])).code).toBe(5);
  }
  const insists = await started({ flags: [...ALL, "--insecure-default-password"] }, ["root"]);
  expect(insists).toMatchObject({ code: 0, works: ["root"] });
  expect(insists.stdout).toContain("THE PASSWORD OF USER root IS root");

  const file = join(dir, "secret");
  await writeFile(file, "from a file\r\n");
  const env = { FLOWG_INITIAL_PASSWORD_FILE: file };
  // on loopback, nothing that exists is changed
  expect((await started({ env }, ["root"])).works).toEqual(["root"]);
  const given = await started({ flags: ALL, env }, ["root", "from a file"]);
  expect(given).toMatchObject({ code: 0, works: ["from a file"] });
  expect(given.stdout).not.toContain("from a file");
});

test.each<[string, Record<string, string>, string, number]>([
  ["both", { FLOWG_INITIAL_PASSWORD: "a", FLOWG_INITIAL_PASSWORD_FILE: "/b" }, "both set", 2],
  ["an empty one", { FLOWG_INITIAL_PASSWORD: "\n" }, "holds only a newline", 2],
  ["no such file", { FLOWG_INITIAL_PASSWORD_FILE: "/no/such/file" }, "/no/such/file", 8],
  ["an empty file", { FLOWG_INITIAL_PASSWORD_FILE: "/dev/null" }, "/dev/null, which", 2],
])("%s is refused by name", async (_, env, message, code) => {
  const refused = await started({ env }, []);
  expect(refused.code).toBe(code);
  expect(refused.stderr).toContain(message);
  expect(await readdir(dir)).toEqual([]);
});

test("after all users are gone, no start makes another root", async () => {
  await started({ env: { FLOWG_INITIAL_PASSWORD: "first" } }, []);
  const auth = ["--auth-dir", join(dir, "auth")];
  for (const words of [
    ["user", "delete", "--name", "root"],
    ["role", "delete", "--name", "admin"],
  ]) {
    const refused = await flowg(["admin", ...words, ...auth]);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain("--allow-no-admin");
    expect((await flowg(["admin", ...words, ...auth, "--allow-no-admin"])).code).toBe(0);
  }
  const again = await started({ flags: ALL }, ["root", "first"]);
  expect(again).toMatchObject({ code: 0, works: [] });
  expect(again.stdout).toContain("there is no user");
  const { stdout } = await flowg(["admin", "user", "list", ...auth]);
  expect(stdout).toBe("No users found\n");
});
