// Records that a disk has changed, in a database that is otherwise whole: what each part of the program makes of them.

import { join } from "node:path";
import { expect, test } from "vitest";
import { RoleStore } from "../../server/auth/roles.js";
import { backupDirectories, restoreDirectories } from "../../server/core.js";
import type { Key } from "../../server/database/keys.js";
import type { DatabaseKind } from "../../server/database/kinds.js";
import { openDatabase } from "../../server/database/open.js";
import { entryKey, roleKey, streamKey } from "../../server/database/records.js";
import { openLogStore } from "../../server/logs/store.js";
import { makeOld, rawTable } from "../database/old-schema.js";
import { derivedAndExpected } from "../database/temporary.js";
import { collect } from "../logs/collect.js";
import { workspace } from "../restore/contents.js";
import { fillSample, uuidOf } from "../restore/sample.js";

const MS = 1_700_000_000_000;
const ENTRY = entryKey("app", MS + 1, uuidOf("1"));

/** One bit of a stored value changes, and no checksum or sum with it. */
async function spoil(kind: DatabaseKind, dir: string, key: Key): Promise<void> {
  await using database = await openDatabase({ kind, dir, mode: "write" });
  const table = rawTable(database, "records");
  const stored = Buffer.from(table.get(key) as Buffer);
  stored[20] = (stored[20] as number) ^ 1;
  table.putSync(key, stored);
}

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
    ...{ dirs: other, backupDir: rest, mode: "merge", dryRun: false },
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
  expect(() => new RoleStore(auth).scopesOf(["role 3"])).toThrow(damaged);
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
  await store.settle();
  expect(
    [...logs.derived.getKeys()].map(String).filter((key) => /^(index|total)\x1bapp\x1b/.test(key)),
  ).toEqual([]);
  // a backup does without the sum, which nobody knows any more
  await backupDirectories({ dirs, backupDir: join(space.path, "backup") });
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
