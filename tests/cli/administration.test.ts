// One interface, two implementations, the same tests: directories of this machine, and a real server.

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Administration, RestoreRequest } from "../../cli/administration.js";
import { offlineAdministration } from "../../cli/offline.js";
import { onlineAdministration } from "../../cli/online.js";
import { createClient } from "../../sdk/index.js";
import { openDatabase, verifyPath } from "../../server/core.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { openConfigStore } from "../../server/stores/config/store.js";
import { ROOT_PASSWORD, startServer } from "../http/test-server.js";
import { thrownBy } from "../sdk/fake-server.js";

interface Place extends AsyncDisposable {
  administration: Administration;
  transformers(): Promise<string[]>;
  save(name: string, script: string): Promise<unknown>;
  remove(name: string): Promise<void>;
}

/** Databases with a user root who has all scopes, and a stream. */
async function directories(): Promise<Place> {
  const home = await mkdtemp(join(tmpdir(), "flowg-place-"));
  const dirs = { auth: join(home, "auth"), config: join(home, "config"), logs: join(home, "logs") };
  for (const kind of DATABASE_KINDS) {
    await (await openDatabase({ kind, dir: dirs[kind], mode: "create" })).close();
  }
  const administration = await offlineAdministration(dirs, () => undefined);
  await administration.roles.save({ name: "admin", scopes: ["write_acls", "send_logs"] });
  await administration.users.save({ name: "root", roles: ["admin"], password: ROOT_PASSWORD });
  async function config<T>(use: (store: ReturnType<typeof openConfigStore>) => T | Promise<T>) {
    await using database = await openDatabase({ kind: "config", dir: dirs.config, mode: "write" });
    return await use(openConfigStore(database));
  }
  return {
    administration,
    transformers: () => config((store) => store.transformers.list()),
    save: (name, script) => config((store) => store.transformers.save(name, script)),
    remove: (name) => config((store) => store.transformers.delete(name)),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

async function server(): Promise<Place> {
  const running = await startServer();
  const client = createClient({ baseUrl: running.url, username: "root", password: ROOT_PASSWORD });
  await client.pipelines.delete("default");
  return {
    administration: onlineAdministration({ client, description: "a server" }),
    transformers: () => client.transformers.list(),
    save: (name, script) => client.transformers.save(name, script),
    remove: async (name) => {
      await client.transformers.delete(name);
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

const NEVER = new AbortController().signal;
const watch = { onProgress: () => undefined, signal: NEVER };

describe.each([
  ["directories", directories],
  ["a server", server],
])("the administration of %s", (name, open) => {
  let place: Place;
  let administration: Administration;
  let backupDir: string;
  beforeEach(async () => {
    place = await open();
    ({ administration } = place);
    backupDir = await mkdtemp(join(tmpdir(), "flowg-backup-"));
  });
  afterEach(async () => {
    await place[Symbol.asyncDispose]();
    await rm(backupDir, { recursive: true, force: true });
  });

  const restore = (more: Partial<RestoreRequest> = {}) =>
    administration.restore({
      backupDir,
      mode: "merge",
      dryRun: false,
      allowAccessChange: false,
      ...watch,
      ...more,
    });

  test("says what it is", () => {
    expect(administration.place).toBe(name === "directories" ? "directories" : "server");
    expect(administration.describe(["auth"])).not.toBe("");
  });

  test("roles and users come, change and go", async () => {
    const viewer = { name: "viewer", scopes: ["read_streams"] };
    expect(await administration.roles.save(viewer)).toEqual(viewer);
    await administration.roles.save({ name: "viewer", scopes: ["send_logs"] });
    expect(await administration.roles.list()).toContainEqual({
      name: "viewer",
      scopes: ["send_logs"],
    });
    const alice = { name: "alice", roles: ["viewer"] };
    const made = await administration.users.save({ ...alice, password: "a password" });
    expect(made).toEqual({ user: alice, existed: false });
    const again = await administration.users.save({ name: "alice", password: "another" });
    expect(again).toEqual({ user: alice, existed: true });
    await administration.users.setPassword("alice", "a third");
    expect(await administration.users.list()).toContainEqual(alice);
    expect(
      await thrownBy(() => administration.users.setPassword("nobody", "a password")),
    ).toMatchObject({ code: "NOT_FOUND" });
    expect((await administration.users.list()).map((user) => user.name)).toEqual(["alice", "root"]);
    expect(await administration.users.delete("alice")).toBe(true);
    expect(await administration.users.delete("alice")).toBe(false);
    expect(await administration.roles.delete("viewer")).toBe(true);
    expect(await administration.roles.delete("viewer")).toBe(false);
  });

  test("tokens come and go", async () => {
    const { token, uuid } = await administration.tokens.create({ user: "root" });
    expect(token).toMatch(/^pat_/);
    expect(await administration.tokens.list("root")).toContain(uuid);
    expect(await administration.tokens.delete("root", uuid.toUpperCase())).toBe(true);
    expect(await administration.tokens.delete("root", uuid)).toBe(false);
    expect(await administration.tokens.list("root")).not.toContain(uuid);
  });

  test.each<[string, (a: Administration) => Promise<unknown>]>([
    ["a scope that isn't one", (a) => a.roles.save({ name: "x", scopes: ["bogus"] })],
    ["a name with ESC", (a) => a.roles.save({ name: "a\x1bb", scopes: [] })],
    ["a UUID that isn't one", (a) => a.tokens.delete("root", "1")],
  ])("%s breaks a rule", async (_, run) => {
    expect(await thrownBy(() => run(administration))).toMatchObject({ code: "INPUT_INVALID" });
  });

  test("a backup is three whole files of one instant, reported in one form", async () => {
    await place.save("t", "1");
    const phases = new Set<string>();
    const report = await administration.backup({
      backupDir,
      signal: NEVER,
      onProgress: ({ database, phase }) => phases.add(`${database} ${phase}`),
    });
    expect((await readdir(backupDir)).sort()).toEqual(["auth.db", "config.db", "log.db"]);
    expect(report).toMatchObject({ directory: backupDir });
    const { setId, createdAt } = report;
    expect(report.snapshots.map(({ database }) => database)).toEqual(["auth", "logs", "config"]);
    // the core's own, thorough reader
    for (const found of await verifyPath(backupDir)) {
      const summary = report.snapshots.find(({ database }) => database === found.database);
      expect(found).toMatchObject({ setId, createdAt });
      const { path, entries, blocks, bytes, rawBytes, sha256 } = found;
      expect(summary).toMatchObject({ path, entries, blocks, bytes, rawBytes, sha256 });
      expect(summary?.seconds).toBeGreaterThanOrEqual(0);
    }
    for (const database of DATABASE_KINDS) expect(phases).toContain(`${database} reading`);
    // both ways to look at it say the same
    const verified = await administration.verify(backupDir, watch);
    const byName = (files: { database: string }[]) =>
      files
        .map((file) => ({ ...file, seconds: 0 }))
        .sort((a, b) => (a.database < b.database ? -1 : 1));
    expect(byName(verified)).toEqual(byName(await verifyPath(backupDir)));
    const inspected = await administration.inspect(join(backupDir, "config.db"), watch);
    expect(inspected).toMatchObject({
      database: "config",
      entries: 1,
      kinds: { transformer: 1 },
      setId,
      header: { format: "flowg-snapshot", setId },
      seal: { entries: 1 },
    });
  });

  test("a restore brings back, keeps or removes, and reports it", async () => {
    await place.save("old", "1");
    await administration.backup({ backupDir, ...watch });
    await place.remove("old");
    await place.save("new", "2");
    const counts = { added: 1, overwritten: 0, unchanged: 0, kept: 1, removed: 0 };

    const preview = await restore({ dryRun: true });
    expect(preview).toMatchObject({ dryRun: true, notes: [] });
    expect(preview.databases.map(({ database }) => database)).toEqual(["auth", "logs", "config"]);
    expect(preview.databases[2]).toMatchObject({
      database: "config",
      mode: "merge",
      format: "snapshot",
      source: join(backupDir, "config.db"),
      kinds: { transformer: counts },
    });
    expect(await place.transformers()).toEqual(["new"]);

    const done = await restore();
    expect(done).toMatchObject({ dryRun: false });
    expect(done.databases.map(({ kinds }) => kinds)).toEqual(
      preview.databases.map(({ kinds }) => kinds),
    );
    expect(await place.transformers()).toEqual(["new", "old"]);

    const replaced = await restore({ mode: "replace", only: ["config"] });
    expect(replaced.databases).toHaveLength(1);
    expect(replaced.databases[0]?.kinds.transformer).toMatchObject({ unchanged: 1, removed: 1 });
    expect(await place.transformers()).toEqual(["old"]);
  });

  test("a restore is confirmed with what a dry run found, or not carried out", async () => {
    await place.save("old", "1");
    await administration.backup({ backupDir, ...watch });
    await place.remove("old");
    const no = new Error("no");
    const confirm: RestoreRequest["confirm"] = async (preview) => {
      expect(preview).toMatchObject({ dryRun: true });
      expect(preview.databases[2]?.kinds.transformer?.added).toBe(1);
      throw no;
    };
    expect(await thrownBy(() => restore({ confirm }))).toBe(no);
    expect(await place.transformers()).toEqual([]);
    expect((await restore({ confirm: async () => undefined })).dryRun).toBe(false);
    expect(await place.transformers()).toEqual(["old"]);
  });

  test.each<[string, string, (dir: string) => Promise<void>]>([
    [
      "SNAPSHOT_TRUNCATED",
      "log.db",
      async (dir) => {
        const bytes = await readFile(join(dir, "log.db"));
        await writeFile(join(dir, "log.db"), bytes.subarray(0, -10));
      },
    ],
    [
      "SNAPSHOT_CORRUPT",
      "log.db",
      async (dir) => {
        const bytes = await readFile(join(dir, "log.db"));
        bytes[bytes.byteLength - 8] = 0;
        await writeFile(join(dir, "log.db"), bytes);
      },
    ],
    ["SNAPSHOT_WRONG_DATABASE", "log.db", (dir) => cp(join(dir, "auth.db"), join(dir, "log.db"))],
    ["SNAPSHOT_UNRECOGNIZED", "log.db", (dir) => writeFile(join(dir, "log.db"), "hello, world")],
    ["SNAPSHOT_TRUNCATED", "log.db", (dir) => writeFile(join(dir, "log.db"), "")],
    ["FILE_UNAVAILABLE", "log.db", (dir) => rm(join(dir, "log.db"))],
  ])("%s of one file stops a restore of all before anything changes", async (code, file, spoil) => {
    await place.save("old", "1");
    await administration.backup({ backupDir, ...watch });
    await place.remove("old");
    await spoil(backupDir);
    const error = await thrownBy(() => restore());
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(file);
    expect(await place.transformers()).toEqual([]);
    if (code === "FILE_UNAVAILABLE") return;
    const verified = await thrownBy(() => administration.verify(backupDir, watch));
    expect(verified).toMatchObject({ code });
    // alone it does not say which it must be of
    if (code === "SNAPSHOT_WRONG_DATABASE") return;
    const path = join(backupDir, file);
    expect(await thrownBy(() => administration.inspect(path, watch))).toMatchObject({ code });
  });

  test("FlowG's own backups are restored, and verified with a warning", async () => {
    const fixture = join(import.meta.dirname, "../fixtures/flowg-0.24.1");
    const verified = await administration.verify(fixture, watch);
    expect(verified.map(({ database }) => database).sort()).toEqual(["auth", "config", "logs"]);
    for (const { warnings, entries, format } of verified) {
      if (format === "flowg-badger") expect(warnings.join()).toContain("no checksum");
      expect(format).not.toBe("snapshot");
      expect(entries).toBeGreaterThan(0);
    }
    const report = await restore({ backupDir: fixture, only: ["config"] });
    expect(report.databases[0]?.format).toBe("flowg-config-archive");
    expect((await place.transformers()).length).toBeGreaterThan(0);
  });

  test("a signal stops it", async () => {
    const error = await thrownBy(() =>
      administration.backup({
        backupDir,
        onProgress: () => undefined,
        signal: AbortSignal.abort(),
      }),
    );
    expect(error).toMatchObject({ code: "CANCELLED" });
    expect(await readdir(backupDir)).toEqual([]);
  });
});
