// Roles, users and tokens whose records a disk has changed: they let nobody in, and an administrator heals the database.

import { join } from "node:path";
import { expect, test } from "vitest";
import { backupDirectories } from "../../../server/core.js";
import type { Environment } from "../../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { roleKey, tokenKey, userKey } from "../../../server/records/records.js";
import { openAuthStore } from "../../../server/stores/auth/store.js";
import { flowg } from "../../cli/flowg.js";
import { rawTable } from "../../engine/old-schema.js";
import { spoil, spoilRecord } from "../../engine/spoil.js";
import { derivedAndExpected } from "../../engine/temporary.js";
import { startServer } from "../../http/test-server.js";
import { type Workspace, workspace } from "../../operations/offline/contents.js";

const DAMAGED = { code: "DATABASE_DAMAGED" };

/** Root may do everything; eve, her role and one of her two tokens are damaged. */
async function damagedAccounts(space: Workspace) {
  const dirs = space.dirs("data");
  for (const kind of DATABASE_KINDS) {
    const database = await openDatabase({ kind, dir: dirs[kind], mode: "create" });
    await database.close();
  }
  const database = await openDatabase({ kind: "auth", dir: dirs.auth, mode: "write" });
  const store = openAuthStore(database);
  await store.bootstrap("secret");
  await store.roles.save("viewer", ["read_streams"]);
  await store.users.save("eve", { password: "wonder land", roles: ["viewer"] });
  const [whole, broken] = [await store.tokens.create("eve"), await store.tokens.create("eve")];
  for (const key of [roleKey("viewer"), userKey("eve"), tokenKey("eve", broken.uuid)])
    spoilRecord(database, key);
  return { dirs, database, store, whole, broken };
}

/** Nothing is left of the damage, and what is derived fits. */
async function expectHealed(
  database: Environment,
  space: Workspace,
  dirs: ReturnType<Workspace["dirs"]>,
) {
  const { found, expected } = derivedAndExpected(database);
  expect(found).toEqual(expected);
  await database.close();
  await backupDirectories({ dirs, backupDir: join(space.path, "backup") });
}

test("are saved anew, with all that nobody knows any more", async () => {
  await using space = await workspace();
  const { dirs, database, store, whole, broken } = await damagedAccounts(space);
  const { users, roles, tokens } = store;
  await expect(users.get("eve")).rejects.toThrow(/user "eve" is not what was written/);
  const unknown = { code: "INPUT_INVALID", message: expect.stringContaining("is damaged") };
  await expect(users.save("eve", { password: "new" })).rejects.toMatchObject(unknown);
  await expect(users.save("eve", { roles: ["viewer"] })).rejects.toMatchObject(unknown);
  // root is the last administrator: a user whose record is damaged doesn't count
  await expect(users.delete("root")).rejects.toMatchObject({ code: "REFUSED" });
  await roles.save("viewer", ["read_streams"]);
  await users.save("eve", { password: "new", roles: ["viewer"] });
  expect(await users.checkPassword("eve", "new")).toBe(true);
  expect(await tokens.authenticate(whole.token)).toBe("eve");
  await expect(tokens.authenticate(broken.token)).rejects.toMatchObject(DAMAGED);
  await tokens.delete("eve", broken.uuid);
  expect(await tokens.authenticate(broken.token)).toBeUndefined();
  await expectHealed(database, space, dirs);
});

test("one token that goes leaves the look-up of the others: what is damaged says so to its bearer", async () => {
  await using space = await workspace();
  const { dirs, database, store, whole, broken } = await damagedAccounts(space);
  const other = await store.tokens.create("eve");
  spoilRecord(database, tokenKey("eve", other.uuid));
  await store.roles.save("viewer", ["read_streams"]);
  await store.users.save("eve", { password: "new", roles: ["viewer"] });
  await store.tokens.delete("eve", broken.uuid);
  expect(await store.tokens.authenticate(whole.token)).toBe("eve");
  expect(await store.tokens.authenticate(broken.token)).toBeUndefined();
  await expect(store.tokens.authenticate(other.token)).rejects.toMatchObject(DAMAGED);
  await store.tokens.delete("eve", other.uuid);
  await expectHealed(database, space, dirs);
});

test("are deleted with all that hangs on them", async () => {
  await using space = await workspace();
  const { dirs, database, store } = await damagedAccounts(space);
  await store.users.delete("eve");
  await store.roles.delete("viewer");
  expect((await store.users.list()).map(({ name }) => name)).toEqual(["root"]);
  expect(await store.tokens.list("eve")).toEqual([]);
  await expectHealed(database, space, dirs);
});

test("the command line heals them, and says that they are damaged", async () => {
  await using space = await workspace();
  const { dirs, database, broken } = await damagedAccounts(space);
  await database.close();
  const admin = (words: string[], stdin?: string) =>
    flowg(["admin", ...words, "--auth-dir", dirs.auth], { stdin });
  const listed = await admin(["user", "list"]);
  expect(listed).toMatchObject({ code: 9, stderr: expect.stringContaining('user "eve"') });
  const short = ["user", "create", "--name", "eve", "--password-stdin"];
  expect(await admin(short, "new")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("give a new password and all roles"),
  });
  for (const words of [
    ["role", "create", "--name", "viewer", "read_streams"],
    [...short, "viewer"],
  ]) {
    const ran = await admin(words, "new");
    expect(ran, ran.stderr).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("is damaged"),
    });
  }
  const token = ["--user", "eve", "--uuid", broken.uuid];
  expect(await admin(["token", "delete", ...token])).toMatchObject({ code: 0 });
  const open = await openDatabase({ kind: "auth", dir: dirs.auth, mode: "write" });
  await expectHealed(open, space, dirs);
});

test("a caller of the API needs all scopes for it, and the trail tells of it", async () => {
  await using server = await startServer();
  await server.must("/roles/viewer", { method: "PUT", json: { scopes: ["read_streams"] } });
  const eve = { method: "PUT", json: { roles: ["viewer"], password: "wonder land" } };
  await server.must("/users/eve", eve);
  const lesser = await server.userWith("write_acls", "read_streams");
  await spoil("auth", join(server.dir, "auth"), userKey("eve"));
  await spoil("auth", join(server.dir, "auth"), roleKey("viewer"));
  expect((await server.call("/users", { as: server.root })).status).toBe(500);
  // it grants nothing meanwhile, so a user who gives its scopes must hold them
  const role = { method: "PUT", json: { scopes: ["read_streams"] }, as: lesser };
  expect((await server.call("/roles/viewer", role)).status).toBe(200);
  expect((await server.call("/users/eve", { ...eve, as: lesser })).status).toBe(403);
  await server.must("/users/eve", eve);
  expect((await server.call("/users", { as: server.root })).status).toBe(200);
  expect(server.logLines).toContainEqual(
    expect.objectContaining({
      action: "save user",
      target: "eve",
      wasDamaged: true,
      outcome: "success",
    }),
  );
  await server.must("/roles/whole", { method: "PUT", json: { scopes: [] } });
  await server.must("/roles/whole", { method: "DELETE" });
  const told = server.logLines.find(({ action }) => action === "delete role");
  expect(told).toMatchObject({ target: "whole", outcome: "success" });
  expect(told).not.toHaveProperty("wasDamaged");
});

test("a token that only the look-up knows authenticates nobody", async () => {
  await using space = await workspace();
  const { database, store, whole } = await damagedAccounts(space);
  rawTable(database, "records").removeSync(tokenKey("eve", whole.uuid));
  expect(await store.tokens.authenticate(whole.token)).toBeUndefined();
  const other = await store.tokens.create("root");
  rawTable(database, "records").putSync(
    tokenKey("eve", whole.uuid),
    rawTable(database, "records").get(tokenKey("root", other.uuid)) as Buffer,
  );
  // in the place of another it has a checksum that doesn't fit
  await expect(store.tokens.authenticate(whole.token)).rejects.toMatchObject(DAMAGED);
  await database.close();
});
