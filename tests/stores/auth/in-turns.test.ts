// Lists of many accounts: a server reads them in turns of its event loop, and they are the same.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { under } from "../../../server/records/keys.js";
import { encodeValue, roleKey, userKey } from "../../../server/records/records.js";
import { RoleStore } from "../../../server/stores/auth/roles.js";
import { recordsInTurns } from "../../../server/stores/in-turns.js";

let dir: string;
let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-in-turns-"));
  database = await openDatabase({ kind: "auth", dir, mode: "create" });
});
afterAll(async () => {
  await database.close();
  await rm(dir, { recursive: true, force: true });
});

// one turn, its end, and several
test.each([0, 1, 499, 500, 501, 1_700])("%i roles", async (count) => {
  const roles = new RoleStore(database);
  await database.change((changes) => {
    for (const key of [...changes.records.keys(under("role"))]) changes.remove(key);
    for (let n = 0; n < count; n++)
      changes.put(roleKey(`role ${n}`), encodeValue({ scopes: ["read_acls"] }));
    // the kind that comes after it isn't read
    changes.put(userKey("a"), encodeValue({ passwordHash: "$argon2id$none", roles: [] }));
  });
  const each: object[] = [];
  for await (const role of roles.each()) each.push(role);
  expect(each).toEqual(await roles.list());
  expect(each).toHaveLength(count);
});

test("others have their turn between", async () => {
  let [turns, goesOn] = [0, true];
  const count = () => {
    turns++;
    if (goesOn) setImmediate(count);
  };
  setImmediate(count);
  const at: number[] = [];
  for await (const _ of recordsInTurns(database, under("role"))) at.push(turns);
  goesOn = false;
  // 1,700 of them in four turns
  expect(new Set(at).size).toBeGreaterThanOrEqual(4);
});
