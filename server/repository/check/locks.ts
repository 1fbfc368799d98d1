// Finds how the objects that snapshots need are locked, as the store says, and which snapshots are hidden although they are
// locked.

import { eachAtOnce } from "../../platform/each-at-once.js";
import { SNAPSHOTS, type StoredSnapshot, snapshotAt } from "../manifest-objects.js";
import { locksAmong } from "../object-lock/locked-objects.js";
import type { ObjectLock } from "../places/place.js";
import type { Repository } from "../repository.js";
import { segmentPath } from "../segments/segment-path.js";
import { eachSnapshot } from "../snapshots.js";

export interface LocksReport {
  /** The number of manifests, and of segments that they name. */
  objects: number;
  locked: number;
  /** When the first lock ends, RFC 3339; absent where nothing is locked. */
  firstEnd?: string;
  lastEnd?: string;
  /** Segments that can be removed before a snapshot that needs them. */
  tooShort: {
    path: string;
    /** When the segment's lock ends; absent where it isn't locked. */
    until?: string;
    snapshot: string;
    snapshotUntil: string;
  }[];
}

const AT_ONCE = 5;

/**
 * Asks for the locks.
 * @throws PERMISSION_DENIED, and what the place throws
 */
export async function examineLocks(
  repository: Repository,
  snapshots: readonly StoredSnapshot[],
): Promise<LocksReport> {
  const { place, keys } = repository;
  const locks = await locksAmong(
    place,
    snapshots.map(({ path }) => path),
  );
  /** For each segment, the snapshot that needs it the longest. */
  const needed = new Map<string, { snapshot: string; until: Date | undefined }>();
  await eachSnapshot(repository, snapshots, ({ ref, manifest }) => {
    const until = locks.get(ref.path)?.until;
    for (const { segments } of Object.values(manifest.databases))
      for (const { name } of segments) {
        const path = segmentPath(name, keys.cipher);
        const known = needed.get(path)?.until;
        if (!needed.has(path) || (until && (!known || known < until)))
          needed.set(path, { snapshot: ref.setId, until });
      }
  });
  const tooShort: LocksReport["tooShort"] = [];
  const found: ObjectLock[] = [...locks.values()];
  await eachAtOnce(needed, AT_ONCE, async ([path, { snapshot, until }]) => {
    const lock = await place.locks?.of(path);
    if (lock) found.push(lock);
    if (!until || (lock && lock.until >= until)) return;
    tooShort.push({
      path,
      ...(lock && { until: lock.until.toISOString() }),
      snapshot,
      snapshotUntil: until.toISOString(),
    });
  });
  const ends = found.map(({ until }) => until.toISOString()).sort();
  const [firstEnd] = ends;
  const lastEnd = ends.at(-1);
  return {
    objects: snapshots.length + needed.size,
    locked: found.length,
    ...(firstEnd !== undefined && lastEnd !== undefined && { firstEnd, lastEnd }),
    tooShort: tooShort.sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/**
 * Finds the hidden snapshots with one request, and in a bucket that has locks with one for each removed object that may be
 * locked.
 */
export async function hiddenSnapshots({ place, keys }: Repository) {
  const hidden = (await place.locks?.hidden(SNAPSHOTS)) ?? [];
  return hidden
    .filter(({ path, since }) => snapshotAt({ path, storedAt: since }, keys.cipher))
    .map(({ path, since, lock }) => ({
      path,
      since: since.toISOString(),
      lockedUntil: lock.until.toISOString(),
    }));
}
