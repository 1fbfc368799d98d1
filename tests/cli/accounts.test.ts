// Roles, users and tokens in a real auth database, as FlowG's scripts make them.

import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../server/core.js";
import { openAuthStore } from "../../server/stores/auth/store.js";
import { flowg } from "./flowg.js";

let home: string;
let authDir: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-accounts-"));
  authDir = join(home, "auth");
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** `flowg admin …` on this test's database, given by flag. */
const admin = (words: string[], stdin?: string) =>
  flowg(["admin", ...words, "--auth-dir", authDir], { stdin });

async function accounts() {
  const database = await openDatabase({ kind: "auth", dir: authDir, mode: "write" });
  return Object.assign(openAuthStore(database), { [Symbol.asyncDispose]: () => database.close() });
}

describe("accounts", () => {
  test("are made, listed, changed and deleted", async () => {
    const role = await admin(["role", "create", "--name", "viewer", "read_streams", "send_logs"]);
    expect(role).toMatchObject({
      code: 0,
      stdout: "Name    Scopes\nviewer  [read_streams send_logs]\n",
    });
    expect(role.stderr).toContain(`there was no auth database in ${authDir}: creating one`);

    const user = await admin([
      "user",
      "create",
      "--name",
      "alice",
      "--password",
      "wonder land",
      "viewer",
    ]);
    expect(user).toMatchObject({ code: 0, stdout: "Name   Roles\nalice  [viewer]\n" });
    expect(user.stderr).toBe(`auth database ${authDir}\n`);
    await admin(["user", "create", "--name", "bob", "--password-stdin"], "builder\n");
    expect((await admin(["user", "list"])).stdout).toBe(
      "Name   Roles\nalice  [viewer]\nbob    []\n",
    );

    const token = await admin(["token", "create", "--user", "alice"]);
    expect(token.stdout).toMatch(/^pat_[A-Za-z0-9]{32}\n$/);
    const second = await admin(["token", "create", "--user", "alice", "--json"]);
    const { token_uuid: uuid } = JSON.parse(second.stdout);
    const listed = await admin(["token", "list", "--user", "alice"]);
    expect(listed.stdout.split("\n")).toHaveLength(4);
    expect(listed.stdout).toMatch(new RegExp(`\\n${uuid} +- +never +never\\n`));
    {
      await using store = await accounts();
      expect(await store.users.checkPassword("alice", "wonder land")).toBe(true);
      expect(await store.users.checkPassword("bob", "builder")).toBe(true);
      expect(await store.tokens.authenticate(token.stdout.trim())).toBe("alice");
    }

    const removed = await admin([
      "token",
      "delete",
      "--user",
      "alice",
      "--uuid",
      uuid.toUpperCase(),
    ]);
    expect(removed).toMatchObject({ code: 0, stdout: `Token ${uuid.toUpperCase()} deleted\n` });
    const again = await admin(["token", "delete", "--user", "alice", "--uuid", uuid]);
    expect(again.stderr).toContain(`warning: Token ${uuid} did not exist`);

    await admin(["role", "create", "--name", "viewer", "read_alerts"]);
    expect((await admin(["role", "list"])).stdout).toBe("Name    Scopes\nviewer  [read_alerts]\n");
    const last = await admin(["role", "delete", "--name", "viewer"]);
    expect(last).toMatchObject({ code: 5, stdout: "" });
    expect(last.stderr).toContain("role viewer is the last one");
    expect((await admin(["role", "delete", "--name", "viewer", "--allow-no-admin"])).stdout).toBe(
      "Role viewer deleted\n",
    );
    expect((await admin(["role", "list"])).stdout).toBe("No roles found\n");
    expect((await admin(["user", "delete", "--name", "alice"])).stdout).toBe(
      "User alice deleted\n",
    );
    {
      await using store = await accounts();
      expect(await store.users.get("alice")).toBeUndefined();
      expect(await store.tokens.authenticate(token.stdout.trim())).toBeUndefined();
    }
  });

  test("of a user that exists: create says so and keeps the roles, passwd sets the password alone", async () => {
    const create = (...words: string[]) => admin(["user", "create", "--name", "root", ...words]);
    await admin(["role", "create", "--name", "all", "write_acls"]);
    expect((await create("--password", "one", "all")).stderr).not.toContain("existed");
    const again = await create("--password", "two");
    expect(again).toMatchObject({ code: 0, stdout: "Name  Roles\nroot  [all]\n" });
    expect(again.stderr).toContain(
      "warning: user root existed: its password is set anew, its roles stay: all",
    );
    const changed = await create("--password", "two", "all", "other", "--json");
    expect(JSON.parse(changed.stdout)).toEqual({
      success: true,
      existed: true,
      user: { name: "root", roles: ["all", "other"] },
    });
    expect(changed.stderr).toContain("its roles are now: all, other");
    expect((await create("--password", "x", "--without-roles", "all")).code).toBe(2);
    expect((await create("--password", "x", "--without-roles")).code).toBe(5);

    const set = await admin(["user", "passwd", "--name", "root", "--password-stdin"], "three\n");
    expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining("user root is set") });
    const nobody = await admin(["user", "passwd", "--name", "nobody", "--password", "x"]);
    expect(nobody).toMatchObject({ code: 8, stdout: "" });
    expect((await admin(["user", "passwd", "--name", "root"])).code).toBe(2);
    {
      await using store = await accounts();
      expect(await store.users.list()).toEqual([{ name: "root", roles: ["all", "other"] }]);
      expect(await store.users.checkPassword("root", "three")).toBe(true);
    }
    const none = await create("--password", "four", "--without-roles", "--allow-no-admin");
    expect(none).toMatchObject({ code: 0, stdout: "Name  Roles\nroot  []\n" });
  });

  test("FLOWG_AUTH_DIR says where, and a flag wins", async () => {
    const words = ["admin", "role", "create", "--name", "x", "send_logs"];
    const env = { FLOWG_AUTH_DIR: authDir };
    expect((await flowg(words, { env, cwd: home })).code).toBe(0);
    const other = join(home, "other");
    expect((await flowg([...words, `--auth-dir=${other}`], { env, cwd: home })).code).toBe(0);
    expect((await readdir(home)).sort()).toEqual(["auth", "other"]);
    expect((await flowg(words, { cwd: home })).code).toBe(0);
    expect(await readdir(join(home, "data"))).toEqual(["auth"]);
  });

  test("are for their owner's eyes only", async () => {
    await admin(["role", "create", "--name", "x", "send_logs"]);
    expect((await stat(authDir)).mode & 0o777).toBe(0o700);
    for (const file of await readdir(authDir)) {
      expect((await stat(join(authDir, file))).mode & 0o777).toBe(0o600);
    }
  });

  test("looking or deleting never makes a database", async () => {
    for (const words of [
      ["role", "list"],
      ["user", "list"],
      ["role", "delete", "--name", "x"],
      ["user", "delete", "--name", "x"],
      ["token", "create", "--user", "x"],
      ["token", "list", "--user", "x"],
    ]) {
      const ran = await admin(words);
      expect(ran).toMatchObject({ code: 4, stdout: "" });
      expect(ran.stderr).toContain(`there is no auth database in ${authDir}`);
    }
    expect(await readdir(home)).toEqual([]);
  });

  test("what breaks a rule is refused by name, and changes nothing", async () => {
    await admin(["role", "create", "--name", "x", "send_logs"]);
    const cases: [string[], number, string][] = [
      [["role", "create", "--name", "y", "read_everything"], 2, "read_everything"],
      [["role", "create", "--name", "a\x1bb", "send_logs"], 2, "control character"],
      [["user", "create", "--name", "u".repeat(600), "--password", "x"], 2, "bytes long"],
      [["token", "create", "--user", "nobody"], 8, "nobody"],
      [["token", "list", "--user", "nobody"], 8, "nobody"],
      [["token", "delete", "--user", "nobody", "--uuid", "1"], 2, "UUID"],
    ];
    for (const [words, code, text] of cases) {
      const ran = await admin(words);
      expect(ran).toMatchObject({ code, stdout: "" });
      expect(ran.stderr).toMatch(/\nerror: [^\n]*\n(hint: [^\n]*\n)?$/);
      expect(ran.stderr).toContain(text);
    }
    await using store = await accounts();
    expect((await store.roles.list()).map(({ name }) => name)).toEqual(["x"]);
    expect(await store.users.list()).toEqual([]);
  });

  test("another database's directory is refused", async () => {
    const config = await openDatabase({ kind: "config", dir: authDir, mode: "create" });
    await config.close();
    const ran = await admin(["role", "create", "--name", "x", "send_logs"]);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain("holds the config database, not the auth database");
  });

  test("names with colons, slashes, blanks and any script never collide", async () => {
    const names = ["admin", "admin:a", "a/b", "a b", "日本", "--", "-x"];
    for (const name of names) {
      expect((await admin(["role", "create", `--name=${name}`, "send_logs"])).code).toBe(0);
    }
    expect((await admin(["role", "delete", "--name=admin"])).code).toBe(0);
    const { roles } = JSON.parse((await admin(["role", "list", "--json"])).stdout);
    expect(roles.map(({ name }: { name: string }) => name).sort()).toEqual(
      names.filter((name) => name !== "admin").sort(),
    );
  });
});
