// The commands, as a person runs them: into an encrypted repository, out of it with the identity alone, and the exit codes.

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { encodeValue, roleKey } from "../../server/records/records.js";
import { flowg as run } from "../cli/flowg.js";
import { workspace } from "../operations/offline/contents.js";

it("backs up, lists, restores and exports", async () => {
  await using space = await workspace();
  const at = (name: string) => join(space.path, name);
  const dirs = space.dirs("data");
  for (const kind of ["auth", "config", "logs"] as const) {
    await using database = await lmdb.open({ kind, dir: dirs[kind] }, { mode: "create" });
    if (kind !== "auth") continue;
    await database.change((changes) =>
      changes.put(roleKey("admin"), encodeValue({ scopes: ["write_acls"] })),
    );
  }
  await mkdir(at("home"));
  const env = { HOME: at("home"), XDG_CONFIG_HOME: at("config") };
  const flowg = async (...words: string[]) => await run(words, { env });
  const places = (name: string) => [
    "--auth-dir",
    join(space.path, name, "auth"),
    "--config-dir",
    join(space.path, name, "config"),
    "--log-dir",
    join(space.path, name, "logs"),
  ];
  const repository = ["--repository", at("repository")];
  const identity = ["--identity", at("id.txt")];
  expect((await flowg("repository", "init", ...repository, ...identity)).code).toBe(0);
  const backup = ["admin", "backup", ...repository, ...places("data"), "--json"];
  const made = await flowg(...backup, "--tag", "first");
  expect(made.code).toBe(0);
  const { setId } = JSON.parse(made.stdout);
  const partly = await flowg(...backup, "--repository", at("missing"));
  expect(partly.code).toBe(12);
  expect(partly.stderr).toContain(`the backup is not in ${at("missing")}`);
  const listed = await flowg(
    "snapshots",
    "list",
    ...repository,
    ...identity,
    "--tag",
    "first",
    "--json",
  );
  const [{ snapshots }] = JSON.parse(listed.stdout).repositories;
  expect(snapshots).toMatchObject([
    { setId, tags: ["first"], databases: { auth: { entries: 1 } } },
  ]);
  // an identity that doesn't fit is reported
  const others = ["--identity", at("other.txt")];
  expect((await flowg("repository", "init", "--repository", at("other"), ...others)).code).toBe(0);
  const unread = await flowg("snapshots", "list", ...repository, ...others);
  expect(unread.stderr).toContain("none of the identities given opens");
  // the machine is lost: the identity alone restores
  await rm(at("config"), { recursive: true });
  const restore = ["admin", "restore", ...repository, ...places("new"), "--allow-no-admin"];
  expect((await flowg(...restore)).code).toBe(6);
  const restored = await flowg(...restore, ...identity, "--snapshot", setId.slice(0, 8), "--json");
  expect(JSON.parse(restored.stdout).databases[0].kinds.role.added).toBe(1);
  const toFiles = ["--backup-dir", at("files")];
  expect(
    (await flowg("snapshots", "export", "latest", ...repository, ...identity, ...toFiles)).code,
  ).toBe(0);
  expect((await flowg("admin", "verify", at("files"))).code).toBe(0);
  expect((await flowg(...restore, ...identity, "--at", "2020-01-01T00:00:00Z")).code).toBe(8);
  expect((await flowg(...restore, "--at", "yesterday")).code).toBe(2);
  expect((await flowg("admin", "restore", "--snapshot", "latest")).code).toBe(2);
  expect((await flowg("admin", "backup", "--tag", "x")).code).toBe(2);
});

it("guesses neither a server nor ./data where an address is in the environment", async () => {
  await using space = await workspace();
  const ran = await run(["admin", "backup", "--repository", join(space.path, "repository")], {
    env: { HOME: space.path, FLOWG_URL: "http://127.0.0.1:9", FLOWG_TOKEN: "x" },
  });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("FLOWG_URL names a server");
});

it.each([
  ["4f0c --keep-last 3", "--keep-last and ids of snapshots exclude each other"],
  ["4f0c --tag x", "--tag and ids of snapshots exclude each other"],
  ["4f0c --group-by host", "--group-by and ids of snapshots exclude each other"],
  ["4f0c --time-zone UTC", "--time-zone and ids of snapshots exclude each other"],
  ["4f0c --grace 0", "--grace is for --prune"],
  ["4f0c --keep-deltas 30d", "--keep-deltas is for --prune"],
  ["--keep-last 1 --grace 0", "--grace is for --prune"],
])("forget %s: refuses a flag that would do nothing", async (words, says) => {
  const ran = await run(["forget", "--repository", "/nowhere", ...words.split(" ")]);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
});
