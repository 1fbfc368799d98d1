// Small databases whose backup has several segments, a repository with backups of them, and a look at whether it is whole.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { DatabaseDirs } from "../../server/core.js";
import { lmdb } from "../../server/engine/lmdb.js";
import { backupToRepositories } from "../../server/operations/repository/backup.js";
import { pruneRepository } from "../../server/operations/repository/prune.js";
import { encodeValue, entryKey, roleKey, streamKey } from "../../server/records/records.js";
import { checkRepository } from "../../server/repository/check/check.js";
import type { OpenedRepository } from "../../server/repository/open.js";
import type { Repository } from "../../server/repository/repository.js";
import { eachSnapshot, listSnapshots } from "../../server/repository/snapshots.js";
import { listed } from "./places/law.js";

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
/** A text that hardly compresses. */
const text = (n: number) =>
  Array.from({ length: 30 }, (_, i) => Math.imul(n + 1, 2654435761 + i * 40503).toString(36)).join(
    "",
  );

/** @param version changes some of the accounts, and adds entries; the older ones stay */
export async function fillSmall(dirs: DatabaseDirs, version: number): Promise<void> {
  for (const dir of Object.values(dirs)) await mkdir(dir, { recursive: true });
  await using auth = await lmdb.open({ kind: "auth", dir: dirs.auth }, { mode: "create" });
  await auth.change((changes) =>
    changes.put(roleKey("admin"), encodeValue({ scopes: ["write_acls", `version-${version}`] })),
  );
  await using _config = await lmdb.open({ kind: "config", dir: dirs.config }, { mode: "create" });
  await using logs = await lmdb.open({ kind: "logs", dir: dirs.logs }, { mode: "create" });
  await logs.change((changes) => {
    changes.put(streamKey("app"), encodeValue({ ttl: 0, size: 0, indexed_fields: [] }));
    const count = version === 1 ? 9_000 : 40;
    for (let n = 0; n < count; n++) {
      const ms = version * 1_000_000 + n;
      const value = { timestamp: new Date(ms).toISOString(), fields: { text: text(ms) } };
      changes.put(entryKey("app", ms, uuid(ms)), encodeValue(value));
    }
  });
}

export const smallDirs = (root: string): DatabaseDirs => ({
  auth: join(root, "auth"),
  config: join(root, "config"),
  logs: join(root, "logs"),
});

export const backUpSmall = (dirs: DatabaseDirs, repository: Repository, keyFilePath?: string) =>
  backupToRepositories(
    { dirs, tags: [], host: "here", repositories: [{ repository, keyFilePath }] },
    lmdb,
  );

/**
 * Fails unless all that its snapshots name is there, and what was stored; read by who has an identity.
 * @returns what each snapshot holds, the oldest first: one text for each, the same for the same records
 */
export async function wholeSnapshots(repository: Repository): Promise<string[]> {
  const report = await checkRepository(repository, { readShare: 1 });
  expect([report.lost, report.unreadable]).toEqual([[], []]);
  return await contentsOfSnapshots(repository);
}

export async function contentsOfSnapshots(repository: Repository): Promise<string[]> {
  const found = new Map<string, string>();
  const refs = await listSnapshots(repository);
  const unreadable = await eachSnapshot(repository, refs, ({ ref, manifest }) => {
    const sums = Object.entries(manifest.databases).map(
      ([kind, { sha256 }]) => `${kind} ${sha256}`,
    );
    found.set(ref.path, sums.sort().join());
  });
  expect(unreadable).toEqual([]);
  return refs.toReversed().map(({ path }) => found.get(path) ?? "");
}

/** Fails if a prune without a grace period leaves something that no snapshot needs. */
export async function nothingLeftAfterPrune(repository: OpenedRepository): Promise<void> {
  await pruneRepository(repository, { graceMs: 0, lockMs: 3_000 });
  const report = await checkRepository(repository, { readShare: 0 });
  expect(report).toMatchObject({ unnamed: { segments: 0 }, unknown: [], lost: [] });
  const others = (await listed(repository.place)).filter(
    ({ path }) => !/^(segments|snapshots)\//.test(path),
  );
  expect(others.map(({ path }) => path)).toEqual(["repository.json"]);
}
