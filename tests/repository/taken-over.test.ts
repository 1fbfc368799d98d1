// A server that is taken over. Whoever has all that it has, its files, its credentials, and all that these can list and get,
// reads no record of an older backup; and where the store doesn't let it, removes none.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { bech32 } from "@scure/base";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { eachRecord } from "../../server/formats/snapshot/badger.js";
import { readSnapshot } from "../../server/formats/snapshot/read.js";
import { openSnapshot, sourceOf } from "../../server/operations/repository/open-snapshot.js";
import { encodeValue, entryKey, pipelineKey, roleKey } from "../../server/records/records.js";
import { decryptAge } from "../../server/repository/keys/age-cipher.js";
import { openRepository } from "../../server/repository/open.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import { flowg } from "../cli/flowg.js";
import { withEnvironment } from "../support/environment.js";
import {
  describeWithStore,
  freshUrl,
  keysOf,
  type ObjectStore,
  startObjectStore,
} from "../support/object-store.js";
import { smallDirs } from "./small-world.js";

const MARKS = ["rosebud-of-a-role", "rosebud-of-a-pipeline", "rosebud-of-an-entry"];
const UUID = "11111111-2222-4333-8444-555555555555";
describe("with a repository in a directory", () => takenOver("directory"));
describeWithStore("with a repository in a bucket", () => takenOver("bucket"));

function takenOver(kind: "directory" | "bucket"): void {
  let space: string;
  let store: ObjectStore;
  let url: string;
  /** The server's home. */
  let home: string;
  let credentials: Record<string, string> = {};
  const at = (...names: string[]) => join(space, ...names);
  const dirs = () => smallDirs(at("data"));

  beforeAll(async () => {
    space = await mkdtemp(join(tmpdir(), "flowg-taken-over-"));
    home = at("server");
    for (const name of ["server", "admin"]) await mkdir(at(name));
    let admin = {};
    url = at("repository");
    if (kind === "bucket") {
      store = await startObjectStore();
      url = freshUrl(store);
      [admin, credentials] = [keysOf(store.admin), keysOf(store.server)];
    }
    // another machine makes the repository, and a key file for the server
    const elsewhere = { env: { HOME: at("admin"), ...admin } };
    const repository = ["--repository", url, "--identity", at("admin", "identity")];
    const key = ["--repository-key", at("server", "key.json")];
    for (const words of [["init"], ["key", ...key]])
      expect(await flowg(["repository", ...words, ...repository], elsewhere)).toMatchObject({
        code: 0,
      });
    await change((changes) => {
      const [role, pipeline, entry] = MARKS as [string, string, string];
      const fields = { text: entry };
      changes.auth.put(roleKey("admin"), encodeValue({ scopes: ["write_acls", role] }));
      changes.config.put(pipelineKey("one"), Buffer.from(JSON.stringify({ text: pipeline })));
      const value = encodeValue({ timestamp: "2026-11-28T10:00:00Z", fields });
      changes.logs.put(entryKey("app", 1, UUID), value);
    });
    await backUp();
    await change((changes) => {
      changes.auth.put(roleKey("admin"), encodeValue({ scopes: ["write_acls"] }));
      changes.config.remove(pipelineKey("one"));
      changes.logs.remove(entryKey("app", 1, UUID));
      const value = encodeValue({ timestamp: "2026-11-28T10:00:00Z", fields: {} });
      changes.logs.put(entryKey("app", 2, UUID), value);
    });
    await backUp();
  });
  afterAll(() => rm(space, { recursive: true, force: true }));

  type Put = (key: Buffer, value: Buffer) => void;
  type All = Record<"auth" | "config" | "logs", { put: Put; remove: (key: Buffer) => void }>;
  async function change(action: (changes: All) => void): Promise<void> {
    const made: [keyof All, (changes: All[keyof All]) => void][] = [];
    const later = (name: keyof All) => ({
      put: (key: Buffer, value: Buffer) => void made.push([name, (to) => to.put(key, value)]),
      remove: (key: Buffer) => void made.push([name, (to) => to.remove(key)]),
    });
    action({ auth: later("auth"), config: later("config"), logs: later("logs") });
    for (const name of ["auth", "config", "logs"] as const) {
      await using database = await lmdb.open({ kind: name, dir: dirs()[name] }, { mode: "create" });
      await database.change((changes) => {
        for (const [of, apply] of made) if (of === name) apply(changes);
      });
    }
  }

  const asServer = (words: string[]) => flowg(words, { env: { HOME: home, ...credentials } });
  async function backUp(): Promise<void> {
    const { auth, config, logs } = dirs();
    const places = ["--auth-dir", auth, "--config-dir", config, "--log-dir", logs];
    const words = ["admin", "backup", "--repository", url, "--allow-shrink", ...places];
    const ran = await asServer([...words, "--repository-key", join(home, "key.json")]);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
  }

  /** All files of the server but its databases, and all objects that it can get. */
  async function loot() {
    using _keys = withEnvironment(credentials);
    const files: Buffer[] = [];
    for (const entry of await readdir(home, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) files.push(await readFile(join(entry.parentPath, entry.name)));
    const place = await openPlace(url);
    const objects = new Map<string, Buffer>();
    const refused: string[] = [];
    for await (const { path } of place.list("")) {
      const bytes = await place.get(path).catch((error) => {
        expect(error).toMatchObject({ code: "PERMISSION_DENIED" });
        refused.push(path);
      });
      if (bytes) objects.set(path, bytes);
    }
    await place.close();
    return { files, objects, refused };
  }

  test("nothing that it has tells a record, as it is or expanded", async () => {
    const { files, objects, refused } = await loot();
    // the key file, and what it keeps for the next backup
    expect(files.length).toBeGreaterThan(1);
    const expanded = files.map((bytes) => {
      try {
        return gunzipSync(bytes);
      } catch {
        return bytes;
      }
    });
    const all = Buffer.concat([...files, ...expanded, ...objects.values()]);
    for (const mark of MARKS) {
      const bytes = Buffer.from(mark);
      for (const text of [mark, bytes.toString("hex"), bytes.toString("base64").slice(0, 20)])
        expect(all.includes(text)).toBe(false);
    }
    expect(all.includes("AGE-SECRET-KEY")).toBe(false);
    if (kind === "bucket") {
      expect([...objects.keys()]).toEqual(["repository.json"]);
      expect(refused.length).toBeGreaterThan(5);
    }
  });

  test("no secret that it has opens an object", async () => {
    // also objects that its credentials don't let it get: somebody may hand them over
    using _keys = withEnvironment(kind === "bucket" ? keysOf(store.admin) : {});
    const { files } = await loot();
    const place = await openPlace(url);
    const objects: Buffer[] = [];
    for await (const { path } of place.list(""))
      if (path.endsWith(".age")) objects.push((await place.get(path)) as Buffer);
    await place.close();
    expect(objects.length).toBeGreaterThan(5);
    const secrets = new Set(files.flatMap(secretsIn));
    expect(secrets.size).toBeGreaterThan(3);
    for (const secret of secrets) {
      const identity = bech32.encode("age-secret-key-", bech32.toWords(Buffer.from(secret, "hex")));
      const identities = [{ secret: identity.toUpperCase(), recipient: "" }];
      for (const stored of objects) {
        const opening = decryptAge(stored, "x", { recipients: [], identities });
        await expect(opening).rejects.toMatchObject({ code: "IDENTITY_REQUIRED" });
      }
    }
  });

  test("no command reads one for it", async () => {
    const key = ["--repository", url, "--repository-key", join(home, "key.json")];
    const into = ["--auth-dir", at("x"), "--config-dir", at("y"), "--log-dir", at("z")];
    for (const words of [
      ["admin", "restore", ...key, ...into],
      ["snapshots", "export", "latest", ...key, "--backup-dir", at("files")],
      ["repository", "check", ...key],
      ["repository", "key", "--repository", url, "--repository-key", at("another.json")],
    ])
      expect(await asServer(words), words.join(" ")).toMatchObject({ code: 6 });
    expect(await readdir(space)).not.toContain("another.json");
  });

  test.runIf(kind === "bucket")(
    "it removes nothing, and gets nothing but what says where it is",
    async () => {
      using _keys = withEnvironment(credentials);
      const place = await openPlace(url);
      for await (const { path } of place.list(""))
        await expect(place.remove(path)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
      await place.close();
    },
  );

  test("the identity reads the older backup", async () => {
    using _keys = withEnvironment(kind === "bucket" ? keysOf(store.admin) : {});
    await writeFile(at("identity"), await readFile(at("admin", "identity")), { mode: 0o600 });
    const place = await openPlace(url);
    const repository = await openRepository({ place, identityFiles: [at("identity")] });
    const refs: string[] = [];
    for await (const { path } of place.list("snapshots/"))
      if (path.endsWith(".age")) refs.push(path);
    const id = /Z-([0-9a-f-]{36})/.exec(refs[0] ?? "")?.[1] ?? "";
    const snapshot = await openSnapshot([{ repository }], { snapshot: id });
    let text = "";
    for (const database of ["auth", "config", "logs"] as const) {
      await readSnapshot(sourceOf(snapshot, database).open(), {
        onBlock: (raw) => {
          const bytes = Buffer.from(raw);
          eachRecord(bytes, (_, __, start, end) => {
            text += bytes.toString("utf8", start, end);
          });
        },
      });
    }
    for (const mark of MARKS) expect(text).toContain(mark);
    await place.close();
  });
}

/** All that may be a key: each 32 bytes of what is written in hexadecimal or base64. */
function secretsIn(bytes: Buffer): string[] {
  const text = bytes.toString("latin1");
  const found: string[] = [];
  for (const [hex] of text.matchAll(/[0-9a-f]{64,}/g)) found.push(hex.slice(0, 64));
  for (const [base64] of text.matchAll(/[A-Za-z0-9+/]{43,}={0,2}/g)) {
    const key = Buffer.from(base64, "base64");
    for (let start = 0; start + 32 <= key.length && start < 200; start++)
      found.push(key.subarray(start, start + 32).toString("hex"));
  }
  return found;
}
