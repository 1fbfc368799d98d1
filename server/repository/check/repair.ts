// Writes snapshots without the lost segments, beside the damaged ones, which stay as they are.

import { randomUUID } from "node:crypto";
import type { DatabaseKind } from "../../records/kinds.js";
import type { DatabaseManifest, Manifest } from "../manifest.js";
import { putManifest, type StoredSnapshot } from "../manifest-objects.js";
import { databaseSums } from "../manifest-sums.js";
import type { Repository } from "../repository.js";
import { eachSnapshot, listSnapshots, readSnapshotManifest } from "../snapshots.js";
import type { LostSegment } from "./check.js";

/** The tag of a snapshot that a repair made. */
export const PARTIAL = "partial";

/** What a repaired snapshot lacks of a database. */
export interface LeftOutOfDatabase {
  database: DatabaseKind;
  segments: number;
  entries: number;
}

export interface RepairedSnapshot {
  /** Id of the damaged snapshot. */
  setId: string;
  /** Id of the snapshot that was written without the lost segments. Null in a dry run, which writes none. */
  repairedId: string | null;
  createdAt: string;
  host: string;
  /** How many records the new one lacks. */
  entries: number;
  leftOut: LeftOutOfDatabase[];
}

/**
 * For each damaged snapshot, writes one without what is lost, unless an earlier repair has done so.
 * @param dryRun only says what it would write
 * @throws SIGNATURE_REFUSED where no trusted key vouches for the repository, and what the place throws
 */
export async function repairSnapshots(
  repository: Repository,
  lost: readonly LostSegment[],
  { dryRun = false }: { dryRun?: boolean | undefined } = {},
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
    // this snapshot wasn't asked to be locked
    const { objectLock: _, ...unlocked } = without.manifest;
    // a dry run is refused where the repair would be
    if (dryRun) await repository.keys.cipher.encrypt(NOTHING);
    else await putManifest(repository, unlocked);
    const { setId, createdAt, host } = manifest;
    repaired.push({
      setId,
      repairedId: dryRun ? null : unlocked.setId,
      createdAt,
      host,
      entries: without.leftOut.reduce((sum, { entries }) => sum + entries, 0),
      leftOut: without.leftOut,
    });
  }
  return repaired;
}

const NOTHING = new Uint8Array(0);

/** @returns undefined where the snapshot has lost nothing */
function manifestWithout(
  manifest: Manifest,
  names: ReadonlySet<string>,
): { manifest: Manifest; leftOut: LeftOutOfDatabase[] } | undefined {
  const leftOut: LeftOutOfDatabase[] = [];
  const databases: Partial<Record<DatabaseKind, DatabaseManifest>> = {};
  for (const [kind, database] of Object.entries(manifest.databases)) {
    const segments = database.segments.filter(({ name }) => !names.has(name));
    if (segments.length === database.segments.length) {
      databases[kind as DatabaseKind] = database;
      continue;
    }
    const sums = databaseSums(segments);
    const missing = database.entries - sums.entries;
    // the tracking points hold for a whole snapshot only
    const { tracking: _, ...facts } = database;
    const lost = (database.lost ?? 0) + missing;
    databases[kind as DatabaseKind] = { ...facts, ...sums, lost, segments };
    const gone = database.segments.length - segments.length;
    leftOut.push({ database: kind as DatabaseKind, segments: gone, entries: missing });
  }
  if (leftOut.length === 0) return undefined;
  const tags = [...new Set([...manifest.tags, PARTIAL])];
  return { manifest: { ...manifest, setId: laterThan(manifest.setId), tags, databases }, leftOut };
}

/**
 * Two snapshots of one instant: the one with the later id counts as newer. So the repaired one, which can be restored, is the
 * newest.
 */
function laterThan(setId: string): string {
  for (let tries = 0; tries < 10_000; tries++) {
    const id = randomUUID();
    if (id > setId) return id;
  }
  return randomUUID();
}

/** Equal for two snapshots where one is a repair of the other, or both are repairs of a third. */
const contentsOf = ({ createdAt, host, databases }: Manifest): string =>
  `${createdAt} ${JSON.stringify(host)} ${sumsOf(databases)}`;

const sumsOf = (databases: Manifest["databases"]): string =>
  Object.entries(databases)
    .map(([kind, { sha256 }]) => `${kind} ${sha256}`)
    .sort()
    .join();
