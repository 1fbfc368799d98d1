// A server backs up its open databases into repositories, without an identity, while it goes on writing.

import { randomUUID } from "node:crypto";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lmdb } from "../../server/engine/lmdb.js";
import { restoreDirectories } from "../../server/operations/offline/restore.js";
import { backUpServed, type Served } from "../../server/operations/repository/backup-served.js";
import { openReachable } from "../../server/operations/repository/open-reachable.js";
import { openSnapshot, snapshotSet } from "../../server/operations/repository/open-snapshot.js";
import { FlowgError } from "../../server/platform/errors.js";
import { BACKUP_ORDER } from "../../server/records/backup-names.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { encodeValue, entryKey, streamKey } from "../../server/records/records.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import type { Database } from "../../server/storage/database.js";
import type { ServedDatabases } from "../../server/storage/engine.js";
import { readContents, type Workspace, workspace } from "../operations/offline/contents.js";
import { newRepository, openServed, ROOT } from "./served.js";

interface World extends AsyncDisposable {
  space: Workspace;
  live: ServedDatabases;
  served: Served;
  /** Transactions that a backup holds now. */
  reading: string[];
}

async function world(): Promise<World> {
  const space = await workspace();
  {
    // by an earlier run: what one run writes within seconds is read together
    await using logs = await lmdb.open(
      { kind: "logs", dir: space.dirs("data").logs },
      { mode: "create" },
    );
    await ingest(logs, 0, 20_000);
  }
  const live = await openServed(space.dirs("data"));
  await live.databases.auth.change((changes) => {
    for (const [key, value] of ROOT) changes.put(key, value);
  });
  const reading: string[] = [];
  const served: Served = {
    engine: lmdb,
    databases: live.databases,
    onReader: (kind) => {
      reading.push(kind);
      return () => void reading.splice(reading.indexOf(kind), 1);
    },
  };
  return {
    space,
    live,
    served,
    reading,
    [Symbol.asyncDispose]: async () => {
      await live.close();
      await space[Symbol.asyncDispose]();
    },
  };
}

const textOf = (n: number) =>
  Array.from({ length: 40 }, (_, i) => Math.imul(n + 1, 2654435761 + i * 40503).toString(36)).join(
    "",
  );

const ingest = (logs: Database, from: number, count: number) =>
  logs.change((changes) => {
    changes.put(streamKey("app"), encodeValue({ ttl: 0, size: 0, indexed_fields: [] }));
    for (let n = from; n < from + count; n++) {
      const value = { timestamp: new Date(n).toISOString(), fields: { text: textOf(n) } };
      changes.put(entryKey("app", n, randomUUID()), encodeValue(value));
    }
  });

const repository = ({ path }: Workspace, name: string) => newRepository(join(path, name));

it("stores one instant while the server writes on, then only what has changed, and reads nothing of the repository", async () => {
  await using at = await world();
  const { space, live, served, reading } = at;
  const { url, identity, keyFile } = await repository(space, "off-site");
  await using open = await openReachable({ urls: [url], keyFiles: [keyFile] });
  expect(open.opened.map(({ keys }) => keys.canRead)).toEqual([false]);
  const back = (more: object = {}) =>
    backUpServed(served, { repositories: open.given, tags: ["t"], host: "here", ...more });
  let written = 20_000;
  const told: string[] = [];
  const writing = (async () => {
    for (let batch = 0; batch < 20; batch++) {
      await ingest(live.databases.logs, written, 50);
      written += 50;
    }
  })();
  const first = await back({
    onProgress: ({ database }: { database: string }) => told.push(database),
  });
  await writing;
  expect(reading).toEqual([]);
  expect(new Set(told)).toEqual(new Set(DATABASE_KINDS));
  const quiet = await back();
  // since then only a few were written
  const third = await back();
  expect(third.databases.map(({ entriesRead }) => entriesRead)).toEqual([0, 0, 0]);
  expect(third.repositories[0]).toMatchObject({ newSegments: 0 });
  await ingest(live.databases.logs, written, 5);
  const last = await back();
  const logs = last.databases.find(({ database }) => database === "logs");
  expect(logs?.entriesRead).toBeLessThan(15_000);
  expect([...first.notes, ...quiet.notes, ...third.notes, ...last.notes]).toEqual([]);

  // what comes back of the newest is what the server has
  await using reader = await openReachable({ urls: [url], identityFiles: [identity] });
  const snapshot = await openSnapshot(reader.given, {});
  expect(snapshot.copies[0].manifest).toMatchObject({ setId: last.setId, host: "here" });
  const dirs = space.dirs("restored");
  const options = { dirs, backupDir: "", mode: "replace" as const, dryRun: false };
  await restoreDirectories({ ...options, from: snapshotSet(snapshot) }, lmdb);
  await live.close();
  for (const kind of DATABASE_KINDS) {
    const { contents } = await readContents(kind, space.dirs("data")[kind]);
    expect((await readContents(kind, dirs[kind])).contents).toEqual(contents);
  }
});

it("goes to those repositories that are in reach, and says why not to others", async () => {
  await using at = await world();
  const near = await repository(at.space, "near");
  await using open = await openReachable({
    urls: [near.url, join(at.space.path, "gone")],
    keyFiles: [near.keyFile],
  });
  const { repositories } = await backUpServed(at.served, {
    repositories: open.given,
    tags: [],
    host: "here",
  });
  expect(repositories).toMatchObject([
    { snapshot: expect.stringContaining("snapshots/") },
    { place: join(at.space.path, "gone"), failed: { code: "REPOSITORY_MISSING" } },
  ]);
});

it("stops on a signal, and lets the databases go", async () => {
  await using at = await world();
  const { url, keyFile } = await repository(at.space, "off-site");
  await using open = await openReachable({ urls: [url], keyFiles: [keyFile] });
  const cut = new AbortController();
  const work = backUpServed(at.served, {
    repositories: open.given,
    tags: [],
    host: "here",
    signal: cut.signal,
    onProgress: ({ database }) => {
      if (database === BACKUP_ORDER.at(-1)) cut.abort();
    },
  });
  await expect(work).rejects.toMatchObject({ code: "CANCELLED" });
  expect(at.reading).toEqual([]);
  const snapshots: string[] = [];
  for await (const { path } of (await openPlace(url)).list("snapshots/")) snapshots.push(path);
  expect(snapshots).toEqual([]);
});

it("refuses to back up what stands in place of its databases", async () => {
  await using at = await world();
  const { url, keyFile } = await repository(at.space, "off-site");
  await using open = await openReachable({ urls: [url], keyFiles: [keyFile] });
  const { dir } = at.live.databases.logs;
  await rename(dir, `${dir}.away`);
  const work = backUpServed(at.served, { repositories: open.given, tags: [], host: "here" });
  const error = await work.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(FlowgError);
  expect(error).toMatchObject({ code: "DATABASE_REPLACED" });
  await rename(`${dir}.away`, dir);
  expect(at.reading).toEqual([]);
});
