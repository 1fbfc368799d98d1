// `flowg admin diff`: backups, databases of this machine, a server and a repository's snapshot, each with each.

import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { initRepository } from "../../../server/core.js";
import { flowg } from "../../cli/flowg.js";
import { type FlowgServer, ROOT_PASSWORD, startFlowg } from "../online/flowg-server.js";

let home: string;
let server: FlowgServer;
let root: string;
let backup: string;
let repository: string;
let token: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-diff-live-"));
  server = await startFlowg({ home: join(home, "data") });
  root = await server.login("root", ROOT_PASSWORD);
  await server.call(root, "PUT", "/roles/reader", { scopes: ["read_streams"] });
  await server.call(root, "PUT", "/users/alice", {
    password: "alice's own pass",
    roles: ["reader"],
  });
  token = (
    await server.userWith(
      "backups",
      "write_acls",
      "read_acls",
      "write_streams",
      "read_streams",
      "write_pipelines",
      "read_pipelines",
      "write_transformers",
      "read_transformers",
      "write_alerts",
      "read_alerts",
    )
  ).replace("Bearer ", "");
  backup = join(home, "backup");
  repository = join(home, "repository");
  await initRepository({ url: repository, readers: {}, unencrypted: true });
  const dirs = dirFlags();
  expect(await flowg(["admin", "backup", "--backup-dir", backup, ...dirs])).toMatchObject({
    code: 0,
  });
  expect(
    await flowg(["admin", "backup", "--repository", repository, ...dirs], { env: { HOME: home } }),
  ).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const dirFlags = () =>
  (["auth", "config", "log"] as const).map(
    (name) => `--${name}-dir=${server.dirs[name === "log" ? "logs" : name]}`,
  );
const diff = (...words: string[]) =>
  flowg(["admin", "diff", ...words, "--repository", repository], {
    env: { FLOWG_TOKEN: token, HOME: home },
  });

test("what holds the same is the same, wherever it is", async () => {
  for (const [one, other] of [
    [backup, join(home, "data")],
    [join(home, "data"), join(home, "data")],
    [join(home, "data"), server.url],
    ["latest", server.url],
    [join(home, "data"), "latest"],
    [join(home, "data", "auth"), join(backup, "auth.db")],
  ] as const) {
    const ran = await diff(one, other);
    expect([one, other, ran.code, ran.stdout]).toEqual([
      one,
      other,
      0,
      expect.stringMatching(/^auth(, config, logs)?: the same in/),
    ]);
  }
});

test("takes three directories, or a server, by the flags of other commands", async () => {
  const moved = join(home, "not its kind");
  await symlink(join(home, "data", "auth"), moved);
  const same = async (words: string[], what: string) => {
    const ran = await diff(...words);
    expect([words, ran.code, ran.stdout]).toEqual([
      words,
      0,
      expect.stringContaining(`${what}: the same in `),
    ]);
  };
  for (const one of [backup, join(home, "data"), server.url, "latest"])
    await same([one, ...dirFlags()], "auth, config, logs");
  await same([join(home, "data"), "--url", server.url], "auth, config, logs");
  await same([join(backup, "auth.db"), "--auth-dir", moved, "--only=auth"], "auth");
  for (const [words, says] of [
    [[backup, backup, ...dirFlags()], /AFTER and --auth-dir exclude each other/],
    [[backup, "--url", server.url, ...dirFlags()], /--auth-dir and --url exclude each other/],
    [[backup], /AFTER is missing.*\nhint: .*--auth-dir/],
    [[backup, moved], /doesn't say which database it holds\nhint: say it with --auth-dir/],
  ] as const)
    expect(await diff(...words)).toMatchObject({ code: 2, stderr: expect.stringMatching(says) });
  const swapped = await diff(backup, "--log-dir", server.dirs.auth, "--only=logs");
  expect(swapped).toMatchObject({ code: 4, stdout: "" });
  expect(swapped.stderr).toMatch(/holds the auth database, not the logs database/);
});

test("tells who gains and who loses what, which entries differ from when to when, and no hash", async () => {
  await server.call(root, "PUT", "/roles/reader", { scopes: ["read_streams", "write_acls"] });
  await server.call(root, "PUT", "/users/bob", { password: "bob has his own", roles: ["reader"] });
  await server.call(root, "PUT", "/users/alice", {
    password: "another one of hers",
    roles: ["reader"],
  });
  await server
    .call(root, "PUT", "/streams/app", { config: { ttl: 0, size: 0, indexed_fields: [] } })
    .catch(async () =>
      server.call(root, "PUT", "/streams/app", { ttl: 0, size: 0, indexed_fields: [] }),
    );
  for (const to of [join(home, "data"), server.url]) {
    const ran = await diff(backup, to, "--json");
    expect(ran).toMatchObject({ code: 11 });
    const { databases } = JSON.parse(ran.stdout);
    const [auth] = databases;
    expect(auth).toMatchObject({
      database: "auth",
      access: {
        usersAdded: ["bob"],
        usersRemoved: [],
        passwordsChanged: ["alice"],
        changes: expect.arrayContaining([
          { user: "alice", gains: expect.arrayContaining(["write_acls"]), loses: [] },
        ]),
      },
    });
    expect(auth.access.administrators.after).toEqual(["alice", "backups", "bob", "root"]);
    expect(ran.stdout).not.toMatch(/argon2|sha256|Hash/);
  }
  const { stdout } = await diff(backup, join(home, "data"));
  expect(stdout).toMatch(/user alice gains .*write_acls/s);
  expect(stdout).toContain("user bob (new) gains");
  expect(stdout).toContain("users whose password may have changed: alice");
  expect(stdout).toContain("stream added: app");
  // the other way round they lose it
  expect((await diff(server.url, backup)).stdout).toMatch(/user bob \(gone\) loses/);
  expect(await diff(backup, server.url, "--only=config")).toMatchObject({ code: 0 });
  expect(await readdir(join(home, "data", "auth"))).toEqual(
    expect.arrayContaining(["data.mdb", "lock.mdb"]),
  );
});

test("says what can't be compared", async () => {
  const nobody = await flowg(["admin", "diff", backup, server.url], {
    env: { FLOWG_TOKEN: "pat:nobody:no" },
  });
  expect(nobody).toMatchObject({ code: 6, stdout: "" });
  expect(await diff(backup, join(home, "nowhere"))).toMatchObject({ code: 8 });
  expect(await diff(backup, "0000")).toMatchObject({ code: 8 });
  expect(await diff(join(backup, "auth.db"), join(backup, "config.db"))).toMatchObject({ code: 2 });
  expect(await diff(backup)).toMatchObject({ code: 2 });
});
