// Stores, backups and restores on the engine in memory, and between it and LMDB.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  backupDirectories as backupLmdb,
  restoreDirectories as restoreLmdb,
  undoBounds,
} from "../../server/core.js";
import { backupDirectories } from "../../server/operations/offline/backup.js";
import type { DatabaseDirs } from "../../server/operations/offline/options.js";
import { restoreDirectories } from "../../server/operations/offline/restore.js";
import { restoreHistory, undoDirectories } from "../../server/operations/offline/undo.js";
import type { Engine } from "../../server/storage/engine.js";
import { openAuthStore } from "../../server/stores/auth/store.js";
import { openConfigStore } from "../../server/stores/config/store.js";
import { openLogStore } from "../../server/stores/logs/store.js";
import { collect } from "../stores/logs/collect.js";
import { memoryEngine } from "./memory-engine.js";

let home: string;
let engine: Engine;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-memory-"));
  engine = memoryEngine();
});
afterEach(() => rm(home, { recursive: true, force: true }));

const dirs = (name: string): DatabaseDirs => ({
  auth: join(home, name, "auth"),
  config: join(home, name, "config"),
  logs: join(home, name, "logs"),
});

async function stores(name: string) {
  const at = dirs(name);
  const open = (kind: keyof DatabaseDirs) =>
    engine.open({ kind, dir: at[kind] }, { mode: "create" });
  return {
    auth: openAuthStore(await open("auth")),
    config: openConfigStore(await open("config")),
    logs: openLogStore(await open("logs")),
  };
}

async function fill(name: string) {
  const all = await stores(name);
  await all.auth.bootstrap("secret");
  const { token } = await all.auth.tokens.create("root", { name: "nightly" });
  await all.config.bootstrap();
  await all.config.transformers.save("t", '.level = "info"');
  await all.logs.streams.configure("app", { ttl: 0, size: 0, indexed_fields: ["level"] });
  for (let n = 1; n <= 50; n++)
    void all.logs.ingest([{ stream: "app", fields: { level: n % 2 ? "info" : "error" } }], n);
  await all.logs.ingest([{ stream: "other", fields: { a: "b" } }], 60);
  await all.logs.finishWork();
  return { ...all, token };
}

async function demandFilled(name: string, token: string): Promise<void> {
  const { auth, config, logs } = await stores(name);
  expect(await auth.tokens.authenticate(token)).toBe("root");
  expect(await auth.users.checkPassword("root", "secret")).toBe(true);
  expect(await config.transformers.get("t")).toBe('.level = "info"');
  expect(await collect(logs, "app")).toHaveLength(50);
  expect(await collect(logs, "app", { filter: 'level = "error"' })).toHaveLength(25);
  expect(await logs.streams.total("other")).toMatchObject({ entries: 1 });
}

test("what was backed up comes back, beside what is new", async () => {
  const { token } = await fill("one");
  const backupDir = join(home, "backup");
  const made = await backupDirectories({ dirs: dirs("one"), backupDir }, engine);
  expect(made.snapshots.map(({ entries }) => entries > 0)).toEqual([true, true, true]);
  const other = await stores("two");
  await other.logs.ingest([{ stream: "app", fields: { level: "new" } }], 70);
  await other.config.transformers.save("t", "another");
  await other.config.transformers.save("mine", "x");
  const restore = (dryRun: boolean) =>
    restoreDirectories({ dirs: dirs("two"), backupDir, mode: "merge", dryRun }, engine);
  const counted = (await restore(true)).databases.map(({ kinds }) => kinds);
  expect(await other.config.transformers.get("t")).toBe("another");
  const report = await restore(false);
  expect(report.databases.map(({ kinds }) => kinds)).toEqual(counted);
  expect(report.databases.find(({ database }) => database === "config")?.kinds.transformer).toEqual(
    { added: 0, overwritten: 1, unchanged: 0, kept: 1, removed: 0 },
  );
  expect(await other.config.transformers.list()).toEqual(["mine", "t"]);
  expect(await collect(other.logs, "app")).toHaveLength(51);
  expect(await collect(other.logs, "app", { filter: 'level = "new"' })).toHaveLength(1);
  await restoreDirectories(
    { dirs: dirs("three"), backupDir, mode: "merge", dryRun: false },
    engine,
  );
  await demandFilled("three", token);
});

test.each(["merge", "replace"] as const)(
  "a part comes back by %s, and nothing else",
  async (mode) => {
    await fill("one");
    const backupDir = join(home, "backup");
    await backupDirectories({ dirs: dirs("one"), backupDir }, engine);
    const other = await stores("two");
    await other.logs.streams.configure("app", { ttl: 0, size: 0, indexed_fields: [] });
    for (const ms of [20, 70])
      await other.logs.ingest([{ stream: "app", fields: { level: "new" } }], ms);
    await other.logs.ingest([{ stream: "other", fields: { level: "new" } }], 20);
    await other.config.transformers.save("t", "another");
    await other.config.transformers.save("mine", "x");
    const select = [
      "stream=app,from=1970-01-01T00:00:00.010Z,to=1970-01-01T00:00:00.030Z",
      "transformer=t",
    ];
    await restoreDirectories({ dirs: dirs("two"), backupDir, mode, select, dryRun: false }, engine);
    // 10 to 29 of the backup; what was there at 20 goes only where that was asked for
    expect(await collect(other.logs, "app")).toHaveLength(mode === "merge" ? 22 : 21);
    expect(await collect(other.logs, "other")).toHaveLength(1);
    expect(await other.logs.streams.get("app")).toMatchObject({ indexed_fields: [] });
    expect(await other.config.transformers.get("t")).toBe('.level = "info"');
    expect(await other.config.transformers.get("mine")).toBe("x");
    expect(await other.config.pipelines.list()).toEqual([]);
  },
);

test("a restore is taken back, and what came since stays", async () => {
  await fill("one");
  const backupDir = join(home, "backup");
  await backupDirectories({ dirs: dirs("one"), backupDir }, engine);
  const two = await stores("two");
  await two.auth.bootstrap("another");
  await two.logs.streams.configure("app", { ttl: 0, size: 0, indexed_fields: ["old"] });
  await two.logs.ingest([{ stream: "app", fields: { old: "1" } }], 70);
  await two.config.transformers.save("t", "another");
  await two.config.transformers.save("mine", "x");
  const how = { dirs: dirs("two"), dryRun: false, allowNoAdmin: true, undo: undoBounds() };
  const { run } = await restoreDirectories({ ...how, backupDir, mode: "replace" }, engine);
  expect(await collect(two.logs, "app")).toHaveLength(50);
  await two.config.transformers.save("later", "y");
  await two.logs.ingest([{ stream: "other", fields: { c: "d" } }], 80);
  const dry = await undoDirectories({ ...how, run, dryRun: true }, engine);
  const back = await undoDirectories({ ...how, run }, engine);
  expect(dry.databases.map(({ kinds }) => kinds)).toEqual(back.databases.map(({ kinds }) => kinds));
  expect(await two.auth.users.checkPassword("root", "another")).toBe(true);
  expect(await two.config.transformers.list()).toEqual(["later", "mine", "t"]);
  expect(await two.config.transformers.get("t")).toBe("another");
  expect(await collect(two.logs, "app")).toHaveLength(1);
  expect(await collect(two.logs, "app", { filter: 'old = "1"' })).toHaveLength(1);
  expect(await collect(two.logs, "other")).toHaveLength(1);
  expect(back.databases.flatMap(({ warnings }) => warnings).join()).toContain('stream "other"');
  await undoDirectories({ ...how, run: back.run }, engine);
  expect(await two.auth.users.checkPassword("root", "secret")).toBe(true);
  expect(await collect(two.logs, "app")).toHaveLength(50);
  const runs = await restoreHistory(dirs("two"), engine);
  expect(runs.map(({ mode, canUndo }) => [mode, canUndo])).toEqual([
    ["undo", true],
    ["undo", true],
    ["replace", true],
  ]);
});

test("a backup of the one engine is restored by the other, and is the same again", async () => {
  const { token } = await fill("one");
  const [first, second] = [join(home, "first"), join(home, "second")];
  const made = await backupDirectories({ dirs: dirs("one"), backupDir: first }, engine);
  await restoreLmdb({ dirs: dirs("lmdb"), backupDir: first, mode: "merge", dryRun: false });
  const again = await backupLmdb({ dirs: dirs("lmdb"), backupDir: second });
  const counts = (report: typeof made) =>
    report.snapshots.map(({ database, entries, rawBytes }) => [database, entries, rawBytes]);
  expect(counts(again)).toEqual(counts(made));
  await restoreDirectories(
    { dirs: dirs("back"), backupDir: second, mode: "replace", dryRun: false },
    engine,
  );
  await demandFilled("back", token);
});
