// Each look at a backup names the users whose stored hash asks for more than this server spends.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { roleKey, userKey } from "../../server/records/records.js";
import { flowg } from "../cli/flowg.js";
import { fixedHeader, makeSnapshot } from "../formats/snapshot/make-snapshot.js";

const hash = (parameters: string) =>
  `$argon2id$v=19$${parameters}$MDEyMzQ1Njc4OWFiY2RlZg$uu3HROrzHZqVFYv8ltMcBMAKOrS6tgQiachBe/o7K3Q`;
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-locked-users-"));
  const user = (passwordHash: string) => json({ passwordHash, roles: ["admin"] });
  const records = [
    { key: roleKey("admin"), value: json({ scopes: ["write_acls"] }) },
    { key: userKey("bcrypt"), value: user("$2b$12$abcdefghijklmnopqrstuv") },
    { key: userKey("root"), value: user(hash("m=19456,t=2,p=1")) },
    { key: userKey("slow"), value: user(hash("m=262144,t=16,p=1")) },
  ];
  await writeFile(join(home, "auth.db"), await makeSnapshot([records], fixedHeader("auth")));
});
afterAll(() => rm(home, { recursive: true, force: true }));

test("by verify, inspect and restore, once each", async () => {
  const file = join(home, "auth.db");
  const restore = [
    "restore",
    "--backup-dir",
    home,
    "--only",
    "auth",
    "--auth-dir",
    join(home, "auth"),
  ];
  for (const words of [["verify", file], ["inspect", file], restore]) {
    const { code, stderr } = await flowg(["admin", ...words]);
    expect(code, stderr).toBe(0);
    expect(stderr.match(/users who can't log in .*: bcrypt, slow$/gm), stderr).toHaveLength(1);
  }
});
