// Removes segments that no snapshot names. Whichever process is killed, and whatever runs beside: nothing that a manifest names is removed,
// and what nobody names goes with the first prune after the grace period. ../README.md says why that holds.

import { eachAtOnce } from "../../platform/each-at-once.js";
import { FlowgError } from "../../platform/errors.js";
import { PruneLock } from "../lock/prune-lock.js";
import type { PlacedObject } from "../places/place.js";
import { SEGMENTS, segmentNameOf } from "../segments/segment-path.js";
import { KnownManifests, type ManifestReader } from "./known-manifests.js";

/** A backup under way has stored segments that no manifest names yet. */
export const GRACE_MS = 24 * 60 * 60 * 1000;
const BATCH = 100;
const AT_ONCE = 5;

export interface PruneOptions {
  /** What was stored less long ago stays. */
  graceMs?: number | undefined;
  dryRun?: boolean | undefined;
  /** Also where no snapshot is left. */
  allowRemoveAll?: boolean | undefined;
  /** Paths of manifests that don't count: a dry run of what comes after they are forgotten. */
  ignored?: ReadonlySet<string> | undefined;
  /** Removals between two looks at the manifests. */
  batch?: number | undefined;
  /** See lock/prune-lock. */
  lockMs?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: PruneProgress) => void) | undefined;
}

export interface PruneProgress {
  phase: "looking" | "removing";
  /** Manifests that were read, or objects that were removed. */
  done: number;
  total: number | undefined;
}

/** Of objects. */
export interface Amount {
  objects: number;
  bytes: number;
}

export interface PruneReport {
  dryRun: boolean;
  snapshots: number;
  /** Segments that a snapshot names. */
  named: Amount;
  /** What no snapshot names, stored within the grace period: it stays. */
  young: Amount;
  /** In a dry run: what would be removed. Signatures without a snapshot are among them. */
  removed: Amount;
  /** Names of segments that snapshots name, and that aren't there. */
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
  // what stays isn't an object, and in nobody's way
  await reader.place.tidy().catch(() => {});
  return report;
}

interface Looked {
  report: PruneReport;
  known: KnownManifests;
  candidates: PlacedObject[];
}

/** @param lock undefined where nothing will be removed: then this machine's clock does */
async function look(
  reader: ManifestReader,
  { graceMs = GRACE_MS, dryRun = false, allowRemoveAll = false, ...options }: PruneOptions,
  lock: PruneLock | undefined,
): Promise<Looked> {
  const now = lock?.placeTime ?? new Date();
  // before the manifests: of a backup that ends meanwhile, the manifest is seen
  const segments = await segmentObjects(reader, lock);
  const known = new KnownManifests(reader, dryRun ? options.ignored : undefined);
  await lookAgain(known, 0, async () => {
    options.onProgress?.({ phase: "looking", done: known.count, total: undefined });
    await lock?.renewInTime();
  });
  const isNamed = ({ path }: PlacedObject) => known.named.has(segmentNameOf(path) as string);
  const isYoung = ({ storedAt }: PlacedObject) => now.getTime() - storedAt.getTime() < graceMs;
  const unnamed = [...segments.filter((object) => !isNamed(object)), ...known.orphanSignatures];
  const candidates = unnamed.filter((object) => !isYoung(object));
  if (known.count === 0 && candidates.length > 0 && !allowRemoveAll) throw noSnapshots(reader);
  const missing = await missingAmong(known.named, segments, () => segmentObjects(reader, lock));
  return {
    known,
    candidates,
    report: {
      dryRun,
      snapshots: known.count,
      named: amountOf(segments.filter(isNamed)),
      young: amountOf(unnamed.filter(isYoung)),
      removed: dryRun ? amountOf(candidates) : { objects: 0, bytes: 0 },
      missing,
    },
  };
}

async function segmentObjects(
  { place }: ManifestReader,
  lock: PruneLock | undefined,
): Promise<PlacedObject[]> {
  const segments: PlacedObject[] = [];
  for await (const object of place.list(SEGMENTS)) {
    if (segmentNameOf(object.path) !== undefined) segments.push(object);
    await lock?.renewInTime();
  }
  return segments;
}

/** @param listAgain shows what a backup has stored since the first list */
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
      .filter(({ path }) => path.startsWith(SEGMENTS) || orphans.has(path));
    // the lock goes once all of these have ended
    await lock.whileHeld(async (lease) => {
      await eachAtOnce(batch, AT_ONCE, async (object) => {
        // where this process stood still, the rest waits for the next round
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

/** @param removed so many objects, before */
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
        : `nothing more was removed, after ${removed.toLocaleString("en")} objects`;
    throw new FlowgError(code, `${message}; ${done}`, { hint, details, cause: error });
  }
}

const amountOf = (objects: readonly PlacedObject[]): Amount => ({
  objects: objects.length,
  bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
});

const noSnapshots = ({ place }: ManifestReader): FlowgError =>
  new FlowgError(
    "REFUSED",
    `${place.name} lists no snapshot: all its segments would go; nothing was removed`,
    { hint: "if that is what you want, add --allow-remove-all" },
  );
