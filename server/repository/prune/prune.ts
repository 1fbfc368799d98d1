// Removes segments that no snapshot names. Whatever is killed, and whatever runs beside it: nothing that a manifest names is
// removed, and the rest goes with the first prune after the grace period. ../README.md says why that holds.

import { eachAtOnce } from "../../platform/each-at-once.js";
import { FlowgError } from "../../platform/errors.js";
import { counted } from "../../platform/messages/counted.js";
import { BEFORE_SNAPSHOT_MS, DELTAS, deltaTimeOf } from "../deltas/delta-path.js";
import { PruneLock } from "../lock/prune-lock.js";
import { lastEnd, locksAmong } from "../object-lock/locked-objects.js";
import { type Amount, amountOf } from "../places/amount.js";
import type { PlacedObject } from "../places/place.js";
import { SEGMENTS, segmentNameOf } from "../segments/segment-path.js";
import { notedBy, VERIFIED } from "../verified.js";
import { KnownManifests, type ManifestReader } from "./known-manifests.js";

/** A running backup has stored segments that no manifest names yet: they get this long. */
export const GRACE_MS = 24 * 60 * 60 * 1000;
/** For this long each instant can be restored, from the first snapshot that is left. */
export const KEEP_DELTAS_MS = 7 * 24 * 60 * 60 * 1000;
const BATCH = 100;
const AT_ONCE = 5;

export interface PruneOptions {
  /** Objects that were stored less long ago stay. */
  graceMs?: number | undefined;
  dryRun?: boolean | undefined;
  /** For this long each instant stays, with all deltas from the snapshot before it on. A week unless given. */
  keepDeltasMs?: number | undefined;
  /** Removes even if no snapshot is left. */
  allowRemoveAll?: boolean | undefined;
  /** Paths of manifests that don't count: a dry run asks what would go once they are forgotten. */
  ignored?: ReadonlySet<string> | undefined;
  /** How many removals there are between two looks at the manifests. */
  batch?: number | undefined;
  /** See lock/prune-lock. */
  lockMs?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: PruneProgress) => void) | undefined;
}

export interface PruneProgress {
  phase: "looking" | "removing";
  /** How many manifests were read, or objects removed. */
  done: number;
  total: number | undefined;
}

export interface PruneReport {
  dryRun: boolean;
  snapshots: number;
  /** Segments that a snapshot names. */
  named: Amount;
  /** Objects that no snapshot names, stored within the grace period: they stay. */
  young: Amount;
  /**
   * Objects that no snapshot names and that stay, because they are locked now. `until` is when the last of these locks ends, RFC
   * 3339.
   */
  locked: Amount & { until?: string };
  /** Signatures and notes without a snapshot count as well. In a dry run: what would be removed. */
  removed: Amount;
  /** The deltas that stay. */
  deltas: Amount;
  /** Names of segments that snapshots name, and that are missing. */
  missing: string[];
}

/**
 * @throws CONFLICT if another prune is under way; REFUSED where no snapshot is left; IDENTITY_REQUIRED, REPOSITORY_DAMAGED if a
 *   manifest can't be read: then nothing was removed; PERMISSION_DENIED
 */
export async function prune(
  reader: ManifestReader,
  options: PruneOptions = {},
): Promise<PruneReport> {
  if (options.dryRun) return (await look(reader, options, undefined)).report;
  await using lock = await PruneLock.take(reader.place, options);
  const { report, known, candidates } = await look(reader, options, lock);
  await remove({ reader, known, candidates, lock, report, options });
  // leftovers of writers aren't objects, and do no harm
  await reader.place.tidy().catch(() => {});
  return report;
}

interface Looked {
  report: PruneReport;
  known: KnownManifests;
  candidates: PlacedObject[];
}

/** @param lock undefined in a dry run: then this machine's clock counts, not the place's */
async function look(
  reader: ManifestReader,
  {
    graceMs = GRACE_MS,
    keepDeltasMs = KEEP_DELTAS_MS,
    dryRun = false,
    allowRemoveAll = false,
    ...options
  }: PruneOptions,
  lock: PruneLock | undefined,
): Promise<Looked> {
  const now = lock?.placeTime ?? new Date();
  // listed before the manifests are read: of a backup that ends meanwhile, the manifest is seen
  const segments = await listSegments(reader, lock);
  const known = new KnownManifests(reader, dryRun ? options.ignored : undefined);
  await lookAgain(known, 0, async () => {
    options.onProgress?.({ phase: "looking", done: known.count, total: undefined });
    await lock?.renewInTime();
  });
  const isNamed = ({ path }: PlacedObject) => known.named.has(segmentNameOf(path) as string);
  const isYoung = ({ storedAt }: PlacedObject) => now.getTime() - storedAt.getTime() < graceMs;
  const unnamed = [...segments.filter((object) => !isNamed(object)), ...known.orphanSignatures];
  const deltas = await objectsBelow(reader, DELTAS, lock);
  // notes of drills whose snapshots are gone: a forget that was killed has left them, or a drill of what was forgotten meanwhile
  const isEmpty = known.count === 0 && !allowRemoveAll;
  const noted = isEmpty ? [] : await objectsBelow(reader, VERIFIED, lock);
  const notes = noted.filter(({ path }) => isOfNone(path, known));
  // an instant that is kept needs all deltas from the snapshot before it; of a host that has none since then, deltas are the only
  // record of that time. A snapshot's instant is a bit before the time it states
  const kept = now.getTime() - keepDeltasMs;
  const needed = Math.min((known.baseOf(kept) ?? 0) - BEFORE_SNAPSHOT_MS, kept);
  const isNeeded = (object: PlacedObject) =>
    isYoung(object) || (deltaTimeOf(object.path) ?? Number.POSITIVE_INFINITY) >= needed;
  const old = [
    ...[...unnamed, ...notes].filter((object) => !isYoung(object)),
    ...deltas.filter((object) => !isNeeded(object)),
  ];
  const locks = await locksAmong(
    reader.place,
    old.map(({ path }) => path),
    async () => await lock?.renewInTime(),
  );
  const candidates = old.filter(({ path }) => !locks.has(path));
  const until = lastEnd(locks.values());
  if (known.count === 0 && candidates.length > 0 && !allowRemoveAll) throw noSnapshots(reader);
  const missing = await missingAmong(known.named, segments, () => listSegments(reader, lock));
  return {
    known,
    candidates,
    report: {
      dryRun,
      snapshots: known.count,
      named: amountOf(segments.filter(isNamed)),
      young: amountOf(unnamed.filter(isYoung)),
      locked: {
        ...amountOf(old.filter(({ path }) => locks.has(path))),
        ...(until !== undefined && { until }),
      },
      removed: dryRun ? amountOf(candidates) : { objects: 0, bytes: 0 },
      deltas: amountOf(deltas.filter(isNeeded)),
      missing,
    },
  };
}

/** Whether it is a note of a snapshot that is in no list. */
function isOfNone(path: string, known: KnownManifests): boolean {
  const id = notedBy(path);
  return id !== undefined && !known.has(id);
}

async function objectsBelow(
  { place }: ManifestReader,
  prefix: string,
  lock: PruneLock | undefined,
): Promise<PlacedObject[]> {
  const objects: PlacedObject[] = [];
  for await (const object of place.list(prefix)) {
    objects.push(object);
    await lock?.renewInTime();
  }
  return objects;
}

/** The segments; objects of no known kind are none. */
const listSegments = async (
  reader: ManifestReader,
  lock: PruneLock | undefined,
): Promise<PlacedObject[]> =>
  (await objectsBelow(reader, SEGMENTS, lock)).filter(
    ({ path }) => segmentNameOf(path) !== undefined,
  );

/** @param listAgain lists once more, for what a backup has stored since */
async function missingAmong(
  named: ReadonlySet<string>,
  listed: readonly PlacedObject[],
  listAgain: () => Promise<PlacedObject[]>,
): Promise<string[]> {
  const without = (names: readonly string[], objects: readonly PlacedObject[]) => {
    const there = new Set(objects.map(({ path }) => segmentNameOf(path)));
    return names.filter((name) => !there.has(name));
  };
  const missing = without([...named], listed);
  return missing.length === 0 ? [] : without(missing, await listAgain()).sort();
}

interface Removal extends Looked {
  reader: ManifestReader;
  lock: PruneLock;
  options: PruneOptions;
}

async function remove({ reader, known, candidates, lock, report, options }: Removal) {
  const left = [...candidates];
  const { removed } = report;
  const keep = ({ path }: PlacedObject) => known.named.has(segmentNameOf(path) ?? "");
  while (left.length > 0) {
    await lock.nextRound();
    await lookAgain(known, removed.objects, () => lock.renewInTime());
    const orphans = new Set(known.orphanSignatures.map(({ path }) => path));
    const batch = left
      .splice(0, options.batch ?? BATCH)
      .filter((object) => !keep(object))
      .filter(
        ({ path }) =>
          path.startsWith(SEGMENTS) ||
          path.startsWith(DELTAS) ||
          isOfNone(path, known) ||
          orphans.has(path),
      );
    // the lock is given up only when all of these have ended
    await lock.whileHeld(async (lease) => {
      await eachAtOnce(batch, AT_ONCE, async (object) => {
        // this process may have stood still: the rest waits for the next round
        if (!lock.isFresh) {
          left.push(object);
          return;
        }
        await reader.place.remove(object.path, lease);
        removed.objects++;
        removed.bytes += object.bytes;
        options.onProgress?.({
          phase: "removing",
          done: removed.objects,
          total: candidates.length,
        });
      });
    });
  }
}

/** @param removed how many objects were removed before */
async function lookAgain(
  known: KnownManifests,
  removed: number,
  onRead: () => Promise<void>,
): Promise<void> {
  try {
    await known.look(onRead);
  } catch (error) {
    if (!(error instanceof FlowgError)) throw error;
    const { code, message, hint, details } = error;
    const done =
      removed === 0
        ? "nothing was removed"
        : `nothing more was removed, after ${counted(removed, "object")}`;
    throw new FlowgError(code, `${message}; ${done}`, { hint, details, cause: error });
  }
}

const noSnapshots = ({ place }: ManifestReader): FlowgError =>
  new FlowgError(
    "REFUSED",
    `${place.name} lists no snapshot: all its segments would go; nothing was removed`,
    {
      hint: "if that is what you want, add --allow-remove-all (in the API allowRemoveAll=true)",
    },
  );
