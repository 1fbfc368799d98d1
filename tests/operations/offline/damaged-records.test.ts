// Records that a disk has changed, in a database that is otherwise whole: what each part of the program makes of them.

import { join } from "node:path";
import { expect, test } from "vitest";
import { backupDirectories, restoreDirectories } from "../../../server/core.js";
import type { Table } from "../../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import type { SinceLoss } from "../../../server/engine/lmdb/record-sum.js";
import { seal } from "../../../server/engine/lmdb/stored-value.js";
import { under } from "../../../server/records/keys.js";
import { entryKey, roleKey, streamKey } from "../../../server/records/records.js";
import { openAuthStore } from "../../../server/stores/auth/store.js";
import { openLogStore } from "../../../server/stores/logs/store.js";
import { makeOld, rawTable } from "../../engine/old-schema.js";
import { spoil } from "../../engine/spoil.js";
import { derivedAndExpected } from "../../engine/temporary.js";
import { startServer } from "../../http/test-server.js";
import { collect } from "../../stores/logs/collect.js";
import { workspace } from "./contents.js";
import { fillSample, uuidOf } from "./sample.js";

const MS = 1_700_000_000_000;
const ENTRY = entryKey("app", MS + 1, uuidOf("1"));

test("a backup names them and fails, or goes on without them and says so; a restore mends them", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await fillSample(dirs, { entries: 300 });
  const good = join(space.path, "good");
  await backupDirectories({ dirs, backupDir: good });
  await spoil("logs", dirs.logs, ENTRY);
  await spoil("auth", dirs.auth, roleKey("role 3"));

  const failing = backupDirectories({ dirs, backupDir: good });
  await expect(failing).rejects.toMatchObject({
    code: "DATABASE_DAMAGED",
    message: 'the auth database is damaged: 1 record is not what was written: role "role 3"',
  });
  const rest = join(space.path, "rest");
  const report = await backupDirectories({ dirs, backupDir: rest, skipDamaged: true });
  const leftOut = report.snapshots.map(({ database, leftOut }) => [database, leftOut?.items]);
  expect(leftOut).toEqual([
    ["auth", ['role "role 3"']],
    ["logs", [`entry of stream "app" of ${new Date(MS + 1).toISOString()} (${uuidOf("1")})`]],
    ["config", undefined],
  ]);

  const other = space.dirs("other");
  const restored = await restoreDirectories({
    dirs: other,
    backupDir: rest,
    mode: "merge",
    dryRun: false,
  });
  expect(restored.databases[0]?.warnings.join()).toContain("is without 1 record");
  {
    await using logs = await openDatabase({ kind: "logs", dir: other.logs, mode: "read" });
    expect(logs.records.find(ENTRY)).toBeUndefined();
  }
  // what isn't in the backup stays as it is, and is named
  const again = { dirs, mode: "merge", dryRun: false } as const;
  const kept = await restoreDirectories({ ...again, backupDir: rest });
  expect(kept.databases[0]?.warnings.join()).toMatch(/are? still there \(role "role 3"\)/);
  const mended = await restoreDirectories({ ...again, backupDir: good });
  expect(mended.databases[1]?.warnings.join()).toMatch(/were replaced or removed \(entry of/);
  await backupDirectories({ dirs, backupDir: good });
  await using logs = await openDatabase({ kind: "logs", dir: dirs.logs, mode: "read" });
  const { found, expected } = derivedAndExpected(logs);
  expect(found).toEqual(expected);
});

test("who asks for one gets an error that names it, and nobody gets in by one", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await fillSample(dirs, { entries: 300, indexed: [] });
  await spoil("logs", dirs.logs, ENTRY);
  await spoil("auth", dirs.auth, roleKey("role 3"));
  await using auth = await openDatabase({ kind: "auth", dir: dirs.auth, mode: "write" });
  const damaged = /role "role 3" is not what was written/;
  await expect(openAuthStore(auth).read((at) => at.scopesOfRoles(["role 3"]))).rejects.toThrow(
    damaged,
  );
  await using logs = await openDatabase({ kind: "logs", dir: dirs.logs, mode: "write" });
  const store = openLogStore(logs);
  const query = collect(store, "app");
  await expect(query).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
  await expect(collect(store, "app:web")).resolves.toHaveLength(100);
});

test("one that is deleted with its stream leaves nothing behind", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await fillSample(dirs, { entries: 300 });
  await spoil("logs", dirs.logs, ENTRY);
  await spoil("logs", dirs.logs, streamKey("app"));
  await using logs = await openDatabase({ kind: "logs", dir: dirs.logs, mode: "write" });
  const store = openLogStore(logs);
  const toDamaged = store.ingest([{ stream: "app", fields: {} }]);
  const toAnother = store.ingest([{ stream: "other", fields: {} }]);
  await expect(toDamaged).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
  await toAnother;
  await store.streams.delete("app");
  await store.finishWork();
  expect(
    [...logs.derived.keys()].map(String).filter((key) => /^(index|total)\x1bapp\x1b/.test(key)),
  ).toEqual([]);
  // a backup does without the sum, which nobody knows any more, and says so
  const { notes } = await backupDirectories({ dirs, backupDir: join(space.path, "backup") });
  expect(notes.join()).toContain("something damaged was removed from the log records");
});

test("a sum that was lost with one is known again after a server's backup, also of what is written meanwhile", async () => {
  await using server = await startServer();
  const dir = join(server.dir, "logs");
  const log = (n: number) =>
    server.must("/pipelines/default/logs", { method: "POST", json: { record: { n: String(n) } } });
  for (let n = 0; n < 20; n++) await log(n);
  const sum = async () => {
    await using logs = await openDatabase({ kind: "logs", dir, mode: "read" });
    let all = 0;
    for (const { checksum } of logs.records.findRange()) all = (all + checksum) >>> 0;
    return { kept: logs.records.sum()?.found?.checksums, all };
  };
  const lose = async (stream: string) => {
    await server.must(`/streams/${stream}`, { method: "PUT", json: { config: {} } });
    await spoil("logs", dir, streamKey(stream), 1);
    await server.must(`/streams/${stream}`, { method: "DELETE" });
  };
  await lose("a");
  await log(20);
  expect((await sum()).kept).toBeUndefined();
  await server.must("/backup/logs");
  await expect.poll(async () => (await sum()).kept).toBeDefined();
  const { kept, all } = await sum();
  expect(kept).toBe(all);

  await lose("b");
  await using logs = await openDatabase({ kind: "logs", dir, mode: "write" });
  const since = logs.records.sum()?.found?.since as SinceLoss;
  const before = await sum();
  await log(21);
  await server.must("/streams/default", { method: "DELETE" });
  expect(
    await logs.records.transaction(() => logs.records.recoverSum({ since, checksums: before.all })),
  ).toBe(true);
  const after = await sum();
  expect(after.kept).toBe(after.all);
  // of an earlier loss it says nothing
  await lose("c");
  expect(
    await logs.records.transaction(() => logs.records.recoverSum({ since, checksums: before.all })),
  ).toBe(false);
});

test("a database of schema 2 is backed up as it is", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await fillSample(dirs, { entries: 300 });
  const before = await backupDirectories({ dirs, backupDir: join(space.path, "before") });
  for (const kind of ["auth", "config", "logs"] as const) {
    await using database = await openDatabase({ kind, dir: dirs[kind], mode: "write" });
    makeOld(database, 2);
  }
  const after = await backupDirectories({ dirs, backupDir: join(space.path, "after") });
  const sizes = ({ snapshots }: typeof before) =>
    snapshots.map(({ entries, rawBytes }) => [entries, rawBytes]);
  expect(sizes(after)).toEqual(sizes(before));
});

test("an entry that an index names and that is gone is not passed over", async () => {
  await using space = await workspace();
  const dirs = space.dirs("data");
  await fillSample(dirs, { entries: 300 });
  await using logs = await openDatabase({ kind: "logs", dir: dirs.logs, mode: "write" });
  const store = openLogStore(logs);
  await store.finishWork();
  const { indexed_fields: [field = ""] = [] } = (await store.streams.get("app")) ?? {};
  const [first] = await collect(store, "app");
  const filter = `${field} = "${first?.fields[field]}"`;
  const found = await collect(store, "app", { filter });
  expect(found.length).toBeGreaterThan(0);
  const stored = rawTable(logs, "records");
  for (const { key } of [...stored.getRange(under("entry", "app"))].slice(-20))
    stored.removeSync(key);
  await expect(collect(store, "app", { filter })).rejects.toMatchObject({
    code: "DATABASE_DAMAGED",
    message: expect.stringMatching(/entry of stream "app" of .* is not what was written/),
  });
});

test("notes that are in no backup are looked at, too, and a restore can replace them", async () => {
  const MADE = Buffer.from("made");
  const ways = {
    changed: (table: Table) => {
      const stored = Buffer.from(table.get(MADE) as Buffer);
      stored[3] = (stored[3] as number) ^ 1;
      table.putSync(MADE, stored);
    },
    lost: (table: Table) => table.removeSync(MADE),
    older: (table: Table) => table.putSync(MADE, seal(MADE, Buffer.from("2020-01-01T00:00:00Z"))),
  };
  for (const [way, change] of Object.entries(ways)) {
    await using space = await workspace();
    const dirs = space.dirs("data");
    await fillSample(dirs, { entries: 30, accounts: 20 });
    const good = join(space.path, "good");
    await backupDirectories({ dirs, backupDir: good });
    {
      await using auth = await openDatabase({ kind: "auth", dir: dirs.auth, mode: "write" });
      change(rawTable(auth, "local"));
    }
    const damaged = { code: "DATABASE_DAMAGED", message: expect.stringMatching(/note/) };
    await expect(backupDirectories({ dirs, backupDir: good }), way).rejects.toMatchObject(damaged);
    const rest = join(space.path, "rest");
    const { snapshots } = await backupDirectories({ dirs, backupDir: rest, skipDamaged: true });
    expect(snapshots[0]?.leftOut, way).toMatchObject({
      records: 0,
      problems: [expect.stringMatching(/note/)],
    });
    const restore = { dirs, backupDir: good, mode: "merge", dryRun: false } as const;
    await expect(restoreDirectories(restore)).rejects.toMatchObject({
      ...damaged,
      hint: expect.stringContaining("--replace-damaged"),
    });
    await restoreDirectories({ ...restore, replaceDamaged: true });
    await backupDirectories({ dirs, backupDir: good });
  }
});
