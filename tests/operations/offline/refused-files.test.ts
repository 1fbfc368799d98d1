// One snapshot of three can't be used. The error names it, and no database is touched, not even those of the sound ones.

import { rmSync, writeFileSync } from "node:fs";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { backupDirectories, restoreDirectories, verifyPath } from "../../../server/core.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import {
  alertKey,
  entryKey,
  fieldKey,
  pipelineKey,
  roleKey,
  streamKey,
  tokenKey,
  userKey,
} from "../../../server/records/records.js";
import { flowg } from "../../cli/flowg.js";
import { fixedHeader, makeSnapshot } from "../../formats/snapshot/make-snapshot.js";
import { treeOf } from "../../platform/files/tree.js";
import { type Workspace, workspace } from "./contents.js";
import { fillSample, stateOfOne, uuidOf } from "./sample.js";

const NAMES = { auth: "auth.db", config: "config.db", logs: "log.db" };

let space: Workspace;
let good: string;
let backupDir: string;
let count = 0;
const dirs = () => space.dirs("data");

beforeAll(async () => {
  space = await workspace();
  good = join(space.path, "good");
  backupDir = join(space.path, "backup");
  await fillSample(space.dirs("snapshot"), { version: 1, entries: 600, accounts: 100 });
  await backupDirectories({ dirs: space.dirs("snapshot"), backupDir: good });
  await fillSample(dirs(), { version: 2, entries: 100 });
});
afterAll(() => space[Symbol.asyncDispose]());
beforeEach(async () => {
  await rm(backupDir, { recursive: true, force: true });
  await cp(good, backupDir, { recursive: true });
});

async function dataFiles() {
  const files = Object.entries(await treeOf(join(dirs().auth, "..")));
  return files.filter(([name]) => !name.endsWith("lock.mdb"));
}

const restore = (mode: "merge" | "replace" = "merge", dryRun = false) =>
  restoreDirectories({ dirs: dirs(), backupDir, mode, dryRun });

function restoreWords(...more: string[]): string[] {
  const { auth, config, logs } = dirs();
  const words = ["--auth-dir", auth, "--config-dir", config, "--log-dir", logs];
  return ["admin", "restore", "--backup-dir", backupDir, ...words, "--json", ...more];
}

type Damage = (bytes: Buffer) => Promise<Uint8Array> | Uint8Array;
const randomByte: Damage = (bytes) => {
  const changed = Buffer.from(bytes);
  const at = Math.floor(Math.random() * changed.byteLength);
  changed[at] = (changed[at] as number) ^ (1 << Math.floor(Math.random() * 8));
  return changed;
};
const cut: Damage = (bytes) => bytes.subarray(0, Math.floor(Math.random() * bytes.byteLength));
const text =
  (contents: string): Damage =>
  () =>
    Buffer.from(contents);
const fileOf =
  (kind: DatabaseKind): Damage =>
  () =>
    readFile(join(good, NAMES[kind]));

const DAMAGES: [what: string, kind: DatabaseKind, damage: Damage, code: RegExp][] = [
  ["a changed byte", "auth", randomByte, /^SNAPSHOT_CORRUPT$/],
  ["a changed byte", "logs", randomByte, /^SNAPSHOT_CORRUPT$/],
  ["a changed byte", "config", randomByte, /^SNAPSHOT_CORRUPT$/],
  ["its end missing", "logs", cut, /^SNAPSHOT_TRUNCATED$/],
  ["its end missing", "config", cut, /^SNAPSHOT_TRUNCATED$/],
  ["nothing in it", "config", text(""), /^SNAPSHOT_TRUNCATED$/],
  ["another database's", "config", fileOf("auth"), /^SNAPSHOT_WRONG_DATABASE$/],
  ["another database's", "auth", fileOf("logs"), /^SNAPSHOT_WRONG_DATABASE$/],
  ["JSON", "config", text('{"success":false}'), /^SNAPSHOT_UNRECOGNIZED$/],
  ["HTML", "logs", text("<!doctype html><html>Bad gateway</html>"), /^SNAPSHOT_UNRECOGNIZED$/],
];

describe("a snapshot that is or has", () => {
  it.each(DAMAGES)("%s, for %s, is refused by the command line", async (_, kind, damage, code) => {
    const path = join(backupDir, NAMES[kind]);
    await writeFile(path, await damage(await readFile(path)));
    const before = await dataFiles();
    const restored = await flowg(restoreWords("--replace", "--yes"));
    expect(restored.code, restored.stderr).toBe(3);
    const answer = JSON.parse(restored.stdout);
    expect(answer).toMatchObject({ success: false, code: expect.stringMatching(code) });
    expect(answer.message).toContain(path);
    expect(answer.message).toMatch(/; nothing was restored$/);
    expect(await dataFiles()).toEqual(before);
    await expect(verifyPath(backupDir)).rejects.toMatchObject({ code: answer.code });
    await expect(restore("merge", true)).rejects.toMatchObject({ code: answer.code });
  });
});

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const role = json({ scopes: [] });
const user = { passwordHash: "$argon2id$", roles: [] };
const token = json({ sha256: "0".repeat(64) });
const entry = { timestamp: "2026-11-23T00:00:00Z", fields: { level: "info" } };
const uuid = uuidOf("x");
const upperKey = (key: Buffer) => Buffer.from(key.toString().replace(uuid, uuid.toUpperCase()));

const REFUSED: [what: string, kind: DatabaseKind, key: Buffer, value: Buffer][] = [
  ["a value that is not JSON", "auth", userKey("eve"), Buffer.from("{")],
  ["a user without a password hash", "auth", userKey("eve"), json({ roles: [] })],
  ["a user whose roles are a text", "auth", userKey("eve"), json({ ...user, roles: "admin" })],
  ["a role's name with a line break", "auth", roleKey("admin\n"), role],
  ["a role's name with a C1 control", "auth", roleKey("admin\u0085"), role],
  ["a role's name of two parts", "auth", roleKey("admin\x1bread"), role],
  ["an empty name", "auth", roleKey(""), role],
  ["a name that is too long", "auth", roleKey("x".repeat(513)), role],
  ["a key that is not UTF-8", "auth", Buffer.concat([roleKey("a"), Buffer.of(0xff)]), role],
  ["a token with an upper-case UUID", "auth", upperKey(tokenKey("root", uuid)), token],
  ["a token with half a hash", "auth", tokenKey("root", uuid), json({ sha256: "00" })],
  ["a pipeline that is a list", "config", pipelineKey("default"), json([])],
  ["an alert that is not JSON", "config", alertKey("hook"), Buffer.from("http://hook")],
  ["an entry with an upper-case UUID", "logs", upperKey(entryKey("app", 1, uuid)), json(entry)],
  [
    "an entry whose time is short",
    "logs",
    Buffer.from(`entry\x1bapp\x1b01\x1b${uuid}`),
    json(entry),
  ],
  [
    "an entry with a number",
    "logs",
    entryKey("app", 1, uuid),
    json({ ...entry, fields: { n: 1 } }),
  ],
  ["an entry without fields", "logs", entryKey("app", 1, uuid), json({ ...entry, fields: null })],
  ["an entry that is not JSON", "logs", entryKey("app", 1, uuid), Buffer.from("level=info")],
  ["a field with a value", "logs", fieldKey("app", "level"), Buffer.from("1")],
  ["a stream that keeps for ever", "logs", streamKey("app"), json({ ttl: null, size: 0 })],
];

describe("a sealed snapshot that holds", () => {
  it.each(REFUSED)("%s is refused as a whole", async (_, kind, key, value) => {
    const path = join(backupDir, NAMES[kind]);
    await writeFile(path, await makeSnapshot([[{ key, value }]], fixedHeader(kind)));
    const before = await dataFiles();
    const refusal = {
      code: "SNAPSHOT_CORRUPT",
      message: expect.stringMatching(/block 1: the block holds a record that (has|is) /),
    };
    await expect(verifyPath(path)).rejects.toMatchObject(refusal);
    await expect(restore()).rejects.toMatchObject(refusal);
    expect(await dataFiles()).toEqual(before);
  });

  it("a bad record behind many good ones is refused, and not its value shown", async () => {
    const entries = Array.from({ length: 2000 }, (_, n) => ({
      key: entryKey("app", n, uuid),
      value: n === 1999 ? Buffer.from('{"secret') : json(entry),
    }));
    const path = join(backupDir, "log.db");
    await writeFile(path, await makeSnapshot([entries], fixedHeader("logs")));
    const { code, stdout, stderr } = await flowg(["admin", "verify", path, "--json"]);
    expect(code).toBe(3);
    expect(stdout + stderr).not.toContain("secret");
  });

  it("a kind of record from the future says so", async () => {
    const session = [{ key: Buffer.from("session\x1bx"), value: json({}) }];
    await writeFile(join(backupDir, "auth.db"), await makeSnapshot([session], fixedHeader("auth")));
    const before = await dataFiles();
    await expect(restore()).rejects.toMatchObject({ code: "SNAPSHOT_UNSUPPORTED" });
    await expect(restore("replace", true)).rejects.toMatchObject({ code: "SNAPSHOT_UNSUPPORTED" });
    expect(await dataFiles()).toEqual(before);
  });
});

describe("a snapshot that after it was verified", () => {
  const otherSound = () => {
    const record = { key: pipelineKey("other"), value: json({ other: true }) };
    return makeSnapshot([[record]], fixedHeader("config"));
  };
  const middle = (bytes: Buffer) => bytes.byteLength / 2;
  const changes: [what: string, damage: Damage | undefined, code: string][] = [
    [
      "is damaged",
      (bytes) => bytes.fill(0x55, middle(bytes), middle(bytes) + 9),
      "SNAPSHOT_CORRUPT",
    ],
    ["is cut", (bytes) => bytes.subarray(0, bytes.byteLength - 100), "SNAPSHOT_TRUNCATED"],
    ["is replaced by another sound one", otherSound, "SNAPSHOT_CORRUPT"],
    ["is removed", undefined, "FILE_UNAVAILABLE"],
  ];
  it.each(changes)("%s changes nothing in its database", async (_, damage, code) => {
    const copy = space.dirs(`copy-${++count}`);
    await cp(join(dirs().auth, ".."), join(copy.auth, ".."), { recursive: true });
    const before = await stateOfOne("config", copy.config);
    const path = join(backupDir, "config.db");
    const changed = await damage?.(await readFile(path));
    const running = restoreDirectories({
      dirs: copy,
      backupDir,
      mode: "replace",
      dryRun: false,
      onProgress: ({ phase, database, records }) => {
        if (phase !== "restoring" || database !== "config" || records > 0) return;
        if (changed) writeFileSync(path, changed);
        else rmSync(path);
      },
    });
    await expect(running).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/; restored: auth, logs; not restored: config$/),
      details: { restored: ["auth", "logs"], notRestored: ["config"] },
    });
    expect(await stateOfOne("config", copy.config)).toBe(before);
    for (const kind of ["auth", "logs"] as const) {
      const restored = await stateOfOne(kind, space.dirs("snapshot")[kind]);
      expect(await stateOfOne(kind, copy[kind])).toBe(restored);
    }
  });
});
