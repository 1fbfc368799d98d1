// Snapshots without what is lost, beside those that have lost it: these stay as they are.

import { randomUUID } from "node:crypto";
import type { DatabaseKind } from "../../records/kinds.js";
import type { DatabaseManifest, Manifest } from "../manifest.js";
import { putManifest, type StoredSnapshot } from "../manifest-objects.js";
import { databaseSums } from "../manifest-sums.js";
import type { Repository } from "../repository.js";
import { eachSnapshot, listSnapshots, readSnapshotManifest } from "../snapshots.js";
import type { LostSegment } from "./check.js";

/** What marks a snapshot that isn't whole. */
export const PARTIAL = "partial";

export interface RepairedSnapshot {
  /** Of the one that has lost something. */
  setId: string;
  /** Of the one that was written without it. */
  repairedId: string;
  createdAt: string;
  /** Records that it lacks. */
  entries: number;
}

/**
 * Writes a snapshot without what is lost for each that has lost something, unless that was done before.
 * @throws SIGNATURE_REFUSED where nobody vouches for the repository, and what the place throws
 */
export async function repairSnapshots(
  repository: Repository,
  lost: readonly LostSegment[],
): Promise<RepairedSnapshot[]> {
  const names = new Set(lost.map(({ name }) => name));
  const there = new Set<string>();
  const damaged: StoredSnapshot[] = [];
  await eachSnapshot(repository, await listSnapshots(repository), ({ ref, manifest }) => {
    there.add(contentsOf(manifest));
    if (manifestWithout(manifest, names)) damaged.push(ref);
  });
  const repaired: RepairedSnapshot[] = [];
  for (const ref of damaged) {
    const manifest = await readSnapshotManifest(repository, ref);
    const without = manifestWithout(manifest, names);
    if (without === undefined || there.has(contentsOf(without.manifest))) continue;
    await putManifest(repository, without.manifest);
    const { setId, createdAt } = manifest;
    const { entries } = without;
    repaired.push({ setId, repairedId: without.manifest.setId, createdAt, entries });
  }
  return repaired;
}

/** @returns undefined where it has lost nothing */
function manifestWithout(
  manifest: Manifest,
  names: ReadonlySet<string>,
): { manifest: Manifest; entries: number } | undefined {
  let entries = 0;
  const databases: Partial<Record<DatabaseKind, DatabaseManifest>> = {};
  for (const [kind, database] of Object.entries(manifest.databases)) {
    const segments = database.segments.filter(({ name }) => !names.has(name));
    if (segments.length === database.segments.length) {
      databases[kind as DatabaseKind] = database;
      continue;
    }
    const sums = databaseSums(segments);
    const missing = database.entries - sums.entries;
    // what it says of later writes is true of a whole one only
    const { tracking: _, ...facts } = database;
    const lost = (database.lost ?? 0) + missing;
    databases[kind as DatabaseKind] = { ...facts, ...sums, lost, segments };
    entries += missing;
  }
  if (entries === 0) return undefined;
  const tags = [...new Set([...manifest.tags, PARTIAL])];
  return { manifest: { ...manifest, setId: laterThan(manifest.setId), tags, databases }, entries };
}

/** Of two snapshots of one instant the one with the later id is the newest: the one that can be restored. */
function laterThan(setId: string): string {
  for (let tries = 0; tries < 10_000; tries++) {
    const id = randomUUID();
    if (id > setId) return id;
  }
  return randomUUID();
}

/** Those of two snapshots are the same where one is what a repair made of the other, or of its like. */
const contentsOf = ({ createdAt, host, databases }: Manifest): string =>
  `${createdAt} ${JSON.stringify(host)} ${sumsOf(databases)}`;

const sumsOf = (databases: Manifest["databases"]): string =>
  Object.entries(databases)
    .map(([kind, { sha256 }]) => `${kind} ${sha256}`)
    .sort()
    .join();
