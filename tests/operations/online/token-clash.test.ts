// A token's hash belongs to one token of one user: no restore gives it to another as well, online or not.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenSha256 } from "../../../server/records/auth/token-text.js";
import { encodeValue, roleKey, tokenKey, userKey } from "../../../server/records/records.js";
import { makeSnapshot, type Pair } from "../../formats/snapshot/make-snapshot.js";
import { readContents } from "../offline/contents.js";
import { type FlowgServer, flowg, ROOT_PASSWORD, startFlowg, upload } from "./flowg-server.js";

const ALL = "write_acls write_alerts write_pipelines write_streams write_transformers send_logs";
const UUID = "11111111-2222-4333-8444-555555555555";
const OTHER = "22222222-2222-4333-8444-555555555555";

const user = (name: string): Pair => ({
  key: userKey(name),
  value: encodeValue({ passwordHash: "x", roles: [] }),
});
const token = (
  name: string,
  uuid: string,
  record: { sha256: string } | { legacyHash: string },
) => ({
  key: tokenKey(name, uuid),
  value: encodeValue(record),
});
const slow = { legacyHash: "$argon2id$v=19$m=1,t=1,p=1$AAECAw$mGnnp2oOT1fD5G1yus7D8A" };
const snapshot = (...pairs: Pair[]) => makeSnapshot([pairs.sort((a, b) => a.key.compare(b.key))]);

let server: FlowgServer;
let root: string;
let text: string;
let uuid: string;
beforeAll(async () => {
  server = await startFlowg();
  const session = await server.login("root", ROOT_PASSWORD);
  ({ token: text, token_uuid: uuid } = await server.call(session, "POST", "/token"));
  root = `Bearer pat:${text}`;
});
afterAll(() => server?.[Symbol.asyncDispose]());

const contents = async () => (await readContents("auth", server.dirs.auth)).contents;

test.each<[string, () => Pair[], string[]]>([
  [
    "a live token that stays",
    () => [user("aaa"), token("aaa", UUID, { sha256: tokenSha256(text) })],
    ["aaa", "root"],
  ],
  [
    "one whose user isn't there",
    () => [token("zzz", UUID, { sha256: tokenSha256(text) })],
    ["root", "zzz"],
  ],
  ["one of the same user", () => [token("root", UUID, { sha256: tokenSha256(text) })], ["root"]],
  [
    "another of the snapshot",
    () => [
      user("b"),
      token("b", UUID, { sha256: "ab".repeat(32) }),
      user("c"),
      token("c", OTHER, { sha256: "ab".repeat(32) }),
    ],
    ["b", "c"],
  ],
  [
    "another of the snapshot, by a slow hash",
    () => [token("b", UUID, slow), token("c", OTHER, slow)],
    ["b", "c"],
  ],
])("is refused against %s, naming users and no hash", async (_, pairs, users) => {
  const before = await contents();
  const bytes = await snapshot(...pairs());
  for (const query of ["", "?dryRun=true", "?allowAccessChange=true"]) {
    const path = `/restore/auth${query}`;
    const { status, body } = await upload(server, { as: root, path, bytes });
    expect({ status, code: body.code }).toEqual({ status: 409, code: "REFUSED" });
    expect(body.details.users).toEqual(users);
    expect(body.message).toContain(`tokens of ${users.join(", ")}`);
    expect(JSON.stringify(body)).not.toMatch(/[0-9a-f]{64}|argon2/);
  }
  expect(await contents()).toEqual(before);
  expect((await server.call(root, "GET", "/auth/whoami")).user.name).toBe("root");

  // offline, beside the server or not
  const home = await mkdtemp(join(tmpdir(), "flowg-clash-"));
  try {
    await writeFile(join(home, "auth.db"), bytes);
    for (const more of [["--dry-run"], [], ["--allow-no-admin"]]) {
      const words = ["--backup-dir", home, "--auth-dir", server.dirs.auth, "--only", "auth"];
      const ran = await flowg("admin", "restore", ...words, ...more);
      expect(ran.code, ran.stderr).toBe(5);
      expect(ran.stderr).toContain(`tokens of ${users.join(", ")}`);
    }
    expect(await contents()).toEqual(before);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test("is none where the snapshot replaces the other one, or brings the same", async () => {
  const same = token("root", uuid, { sha256: tokenSha256(text) });
  const merged = await upload(server, {
    as: root,
    path: "/restore/auth",
    bytes: await snapshot(same),
  });
  expect(merged.status).toBe(200);
  const home = await mkdtemp(join(tmpdir(), "flowg-clash-"));
  try {
    const admin = { key: roleKey("admin"), value: encodeValue({ scopes: ALL.split(" ") }) };
    const before = [admin, user("a"), token("a", UUID, { sha256: "cd".repeat(32) })];
    const after = [admin, user("b"), token("b", OTHER, { sha256: "cd".repeat(32) })];
    const dir = join(home, "auth");
    for (const [n, pairs] of [before, after].entries()) {
      const backup = join(home, `${n}`);
      await mkdir(backup);
      await writeFile(join(backup, "auth.db"), await snapshot(...pairs));
      const words = ["--backup-dir", backup, "--auth-dir", dir, "--only", "auth"];
      const ran = await flowg("admin", "restore", ...words, "--replace", "--yes");
      expect(ran.code, ran.stderr).toBe(0);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
