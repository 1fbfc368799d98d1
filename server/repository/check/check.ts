// Checks whether a repository holds what its manifests say. It reads each manifest with every check, and looks for each segment
// that a manifest names, at its size. It reads as many segments whole as it was asked to. A loss is reported with the snapshots
// that it costs.
//
// There may be thousands of manifests, each of megabytes. They are read once to learn which segments there must be. Those with
// losses, or with segments to read, are read a second time. Only names stay in memory.

import { eachAtOnce } from "../../platform/each-at-once.js";
import { type FlowgError, hasCode } from "../../platform/errors.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Manifest } from "../manifest.js";
import { type StoredSnapshot, signaturePathOf, snapshotObjects } from "../manifest-objects.js";
import { untilPruneRemovesNoMore } from "../prune/missing-after-backup.js";
import type { Repository } from "../repository.js";
import { type NamedSegment, readSegment } from "../segments/read-segment.js";
import { SEGMENTS, segmentName } from "../segments/segment-path.js";
import { eachSnapshot } from "../snapshots.js";
import { type CheckedDeltas, DeltaCheck } from "./deltas.js";
import { examineLocks, hiddenSnapshots, type LocksReport } from "./locks.js";
import { someOf } from "./some-of.js";

export interface CheckOptions {
  /** The share of the segments to read whole, 0 to 1. Chance decides which. */
  readShare: number;
  /** Also asks how each object is locked, with a request for each. */
  locks?: boolean | undefined;
  onProgress?: ((progress: CheckProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface CheckProgress {
  phase: "manifests" | "segments";
  done: number;
  total: number;
}

export interface UnreadableManifest {
  setId: string;
  createdAt: string;
  path: string;
  code: string;
  problem: string;
}

/** A segment that is missing, or holds something else than was written. */
export interface LostSegment {
  name: string;
  path: string;
  problem: string;
  database: DatabaseKind;
  entries: number;
  firstKey: string;
  lastKey: string;
  /** Ids of the snapshots that lose these records. */
  snapshots: string[];
}

export interface CheckReport {
  snapshots: number;
  unreadable: UnreadableManifest[];
  /** How many segments the snapshots name. */
  segments: number;
  storedBytes: number;
  /** How many of them were read whole. */
  segmentsRead: number;
  bytesRead: number;
  lost: LostSegment[];
  deltas: CheckedDeltas;
  /** Objects that no snapshot names: prune removes them. */
  unnamed: { segments: number; bytes: number };
  /** Manifests that are hidden although they are locked, as by a plain DELETE: their snapshots can be brought back. */
  hidden: { path: string; since: string; lockedUntil: string }[];
  /** How the objects that snapshots need are locked, where that was asked for. */
  locks?: LocksReport;
  /** Paths of objects that belong to no known kind. */
  unknown: string[];
}

const AT_ONCE = 4;

/** @throws IDENTITY_REQUIRED, CANCELLED, and what the place throws; damage is reported */
export async function checkRepository(
  repository: Repository,
  options: CheckOptions,
): Promise<CheckReport> {
  const { place, keys } = repository;
  const { snapshots, signatures, others } = await snapshotObjects(place, keys.cipher);
  const unknown = [...orphans(snapshots, signatures), ...others].map(({ path }) => path);
  /** The sizes in bytes of the segments that manifests name, by segment name. */
  const named = new Map<string, number>();
  const readable: StoredSnapshot[] = [];
  const deltas = new DeltaCheck(repository, options);
  let seenManifests = 0;
  const unreadable = await eachSnapshot(repository, snapshots, ({ ref, manifest }) => {
    stopIfAborted(options.signal, "the check");
    readable.push(ref);
    deltas.found(ref, manifest);
    for (const { entry } of segmentsOf(manifest)) named.set(entry.name, entry.storedBytes);
    options.onProgress?.({ phase: "manifests", done: ++seenManifests, total: snapshots.length });
  });
  // listed after the manifests were read: a backup stores its segments before its manifest
  const there = new Map<string, number>();
  const unnamed = { segments: 0, bytes: 0 };
  for await (const { path, bytes } of place.list(SEGMENTS)) {
    const name = segmentName(path, keys.cipher);
    if (name === undefined) unknown.push(path);
    else if (named.has(name)) there.set(name, bytes);
    else {
      unnamed.segments++;
      unnamed.bytes += bytes;
    }
  }
  const checkedDeltas = await deltas.run();
  unknown.push(...deltas.unknown);
  const toRead = chosen(named, there, options.readShare);
  const wasted = await readSegments({ repository, toRead, from: readable, options });
  let storedBytes = 0;
  for (const bytes of named.values()) storedBytes += bytes;
  const read = [...toRead].map((name) => there.get(name)).filter((bytes) => bytes !== undefined);
  return {
    snapshots: readable.length,
    unreadable: unreadable.map(({ ref, error }) => ({
      setId: ref.setId,
      createdAt: ref.createdAt,
      path: ref.path,
      code: error.code,
      problem: error.message,
    })),
    segments: named.size,
    storedBytes,
    segmentsRead: read.length,
    bytesRead: read.reduce((sum, bytes) => sum + bytes, 0),
    lost: await stillLost(repository, wasted, options.signal),
    deltas: checkedDeltas,
    hidden: await hiddenSnapshots(repository),
    ...(options.locks && { locks: await examineLocks(repository, readable) }),
    unnamed,
    unknown,
  };
}

/** Paths of signatures whose manifest is missing. */
function orphans<T extends { path: string }>(
  snapshots: readonly StoredSnapshot[],
  signatures: readonly T[],
): T[] {
  const signed = new Set(snapshots.map(({ path }) => signaturePathOf(path)));
  return signatures.filter(({ path }) => !signed.has(path));
}

function segmentsOf({ databases }: Manifest): NamedSegment[] {
  return Object.entries(databases).flatMap(([kind, { segments }]) =>
    segments.map((entry) => ({ database: kind as DatabaseKind, entry })),
  );
}

/**
 * Names of the segments to read: a random share, and all that are missing or have another size, since those may still be right.
 */
function chosen(
  named: ReadonlyMap<string, number>,
  there: ReadonlyMap<string, number>,
  share: number,
): Set<string> {
  const { some, others } = someOf([...named.keys()], share);
  const odd = others.filter((name) => there.get(name) !== named.get(name));
  return new Set([...some, ...odd]);
}

interface Reading {
  repository: Repository;
  toRead: ReadonlySet<string>;
  from: readonly StoredSnapshot[];
  options: CheckOptions;
}

/** @returns the segments that can't be read */
async function readSegments({
  repository,
  toRead,
  from,
  options,
}: Reading): Promise<LostSegment[]> {
  const { signal, onProgress } = options;
  const left = new Set(toRead);
  const wasted: LostSegment[] = [];
  for (const ref of from) {
    if (left.size === 0) break;
    const next: NamedSegment[] = [];
    await eachSnapshot(repository, [ref], ({ manifest }) => {
      for (const segment of segmentsOf(manifest))
        if (left.delete(segment.entry.name)) next.push(segment);
    });
    await eachAtOnce(next, AT_ONCE, async (segment) => {
      stopIfAborted(signal, "the check");
      const error = await readProblem(repository, segment, signal);
      if (error) wasted.push(lostSegment(segment, error));
    });
    onProgress?.({ phase: "segments", done: toRead.size - left.size, total: toRead.size });
  }
  return wasted;
}

/**
 * Looks a second time. Meanwhile a snapshot may have been forgotten and its segments removed, or a backup may have put back what
 * a prune took.
 * @returns the segments that are still wrong, with the snapshots that lose them
 */
async function stillLost(
  repository: Repository,
  wasted: readonly LostSegment[],
  signal: AbortSignal | undefined,
): Promise<LostSegment[]> {
  if (wasted.length === 0) return [];
  const { place, keys } = repository;
  await untilPruneRemovesNoMore(place, { signal, onlyReads: true });
  const lost = new Map(wasted.map((one) => [one.name, one]));
  const again = new Map<string, NamedSegment>();
  const { snapshots } = await snapshotObjects(place, keys.cipher);
  await eachSnapshot(repository, snapshots, ({ manifest }) => {
    for (const segment of segmentsOf(manifest)) {
      const one = lost.get(segment.entry.name);
      if (!one) continue;
      if (one.snapshots.at(-1) !== manifest.setId) one.snapshots.push(manifest.setId);
      again.set(segment.entry.name, segment);
    }
  });
  const found: LostSegment[] = [];
  await eachAtOnce(again.values(), AT_ONCE, async (segment) => {
    const error = await readProblem(repository, segment, signal);
    const { snapshots: losing = [] } = lost.get(segment.entry.name) ?? {};
    if (error) found.push({ ...lostSegment(segment, error), snapshots: losing });
  });
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @returns what is wrong with the segment, or undefined */
async function readProblem(
  repository: Repository,
  segment: NamedSegment,
  signal: AbortSignal | undefined,
): Promise<FlowgError | undefined> {
  try {
    await readSegment(repository, segment, { full: true, signal });
    return undefined;
  } catch (error) {
    if (hasCode(error, "REPOSITORY_DAMAGED")) return error;
    throw error;
  }
}

function lostSegment({ entry, database }: NamedSegment, error: FlowgError): LostSegment {
  const { name, entries, firstKey, lastKey } = entry;
  const path = String(error.details.path);
  return {
    name,
    path,
    problem: error.message,
    database,
    entries,
    firstKey,
    lastKey,
    snapshots: [],
  };
}
