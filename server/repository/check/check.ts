// Whether a repository holds what its manifests say: each manifest is read with every check, each segment that one names must be
// there with its size, and as many as are asked for are read whole. What is lost is told with what it costs.

import { eachAtOnce } from "../../platform/each-at-once.js";
import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { SegmentEntry } from "../manifest.js";
import { SNAPSHOTS, signaturePathOf, storedSnapshotAt } from "../manifest-objects.js";
import type { Place } from "../places/place.js";
import type { Repository } from "../repository.js";
import { readSegment } from "../segments/read-segment.js";
import { SEGMENTS, segmentName } from "../segments/segment-path.js";
import { type FoundSnapshot, readSnapshots } from "../snapshots.js";

export interface CheckOptions {
  /** The share of the segments to read whole, 0 to 1; which ones, chance decides. */
  readShare: number;
  onProgress?: ((progress: CheckProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface CheckProgress {
  segments: number;
  segmentsTotal: number;
}

export interface UnreadableManifest {
  setId: string;
  createdAt: string;
  path: string;
  code: string;
  problem: string;
}

/** A segment that is missing, or isn't what was written. */
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
  /** That snapshots name. */
  segments: number;
  storedBytes: number;
  /** Of these, read whole. */
  segmentsRead: number;
  bytesRead: number;
  lost: LostSegment[];
  /** Objects that no snapshot names: prune removes them. */
  unnamed: { segments: number; bytes: number };
  /** Paths of objects that nobody knows. */
  unknown: string[];
}

export interface Checked {
  report: CheckReport;
  found: FoundSnapshot[];
}

interface Named {
  database: DatabaseKind;
  entry: SegmentEntry;
  snapshots: string[];
}

const AT_ONCE = 4;

/** @throws IDENTITY_REQUIRED, CANCELLED, and what the place throws; damage is reported */
export async function checkRepository(
  repository: Repository,
  options: CheckOptions,
): Promise<Checked> {
  const { place, keys } = repository;
  const unknown = await unknownManifests(place);
  const { snapshots, unreadable } = await readSnapshots(repository);
  const named = segmentsOf(snapshots);
  // listed after the manifests were read: what they name was stored before them
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
  const seen = { segmentsRead: 0, bytesRead: 0 };
  const wasted: LostSegment[] = [];
  const all = shuffled([...named.values()]);
  const reading = Math.ceil(all.length * options.readShare);
  let started = 0;
  let done = 0;
  await eachAtOnce(all, AT_ONCE, async (next) => {
    stopIfAborted(options.signal);
    const bytes = there.get(next.entry.name);
    // another size may be right: of one that was written anew
    const isRead = started++ < reading || bytes !== next.entry.storedBytes;
    const error = isRead ? await readProblem(repository, next, options.signal) : undefined;
    if (error) wasted.push(lostSegment(next, error));
    if (isRead && bytes !== undefined) {
      seen.segmentsRead++;
      seen.bytesRead += bytes;
    }
    options.onProgress?.({ segments: ++done, segmentsTotal: all.length });
  });
  let storedBytes = 0;
  for (const { entry } of named.values()) storedBytes += entry.storedBytes;
  const report: CheckReport = {
    snapshots: snapshots.length,
    unreadable: unreadable.map(({ ref, error }) => ({
      setId: ref.setId,
      createdAt: ref.createdAt,
      path: ref.path,
      code: error.code,
      problem: error.message,
    })),
    segments: named.size,
    storedBytes,
    ...seen,
    lost: wasted.sort((a, b) => (a.path < b.path ? -1 : 1)),
    unnamed,
    unknown,
  };
  return { report, found: snapshots };
}

/** Objects below `snapshots/` that are neither a manifest nor the signature of one. */
async function unknownManifests(place: Place): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of place.list(SNAPSHOTS)) paths.push(path);
  const signatures = new Set(
    paths.filter((path) => storedSnapshotAt(path)).map((path) => signaturePathOf(path)),
  );
  return paths.filter((path) => !storedSnapshotAt(path) && !signatures.has(path));
}

function segmentsOf(snapshots: readonly FoundSnapshot[]): Map<string, Named> {
  const named = new Map<string, Named>();
  for (const { manifest } of snapshots) {
    for (const [kind, { segments }] of Object.entries(manifest.databases)) {
      for (const entry of segments) {
        const known = named.get(entry.name);
        if (known) known.snapshots.push(manifest.setId);
        else {
          const database = kind as DatabaseKind;
          named.set(entry.name, { database, entry, snapshots: [manifest.setId] });
        }
      }
    }
  }
  return named;
}

/** @returns what is wrong with it, if anything is */
async function readProblem(
  repository: Repository,
  segment: Named,
  signal: AbortSignal | undefined,
): Promise<FlowgError | undefined> {
  try {
    await readSegment(repository, segment, { full: true, signal });
    return undefined;
  } catch (error) {
    if (error instanceof FlowgError && error.code === "REPOSITORY_DAMAGED") return error;
    throw error;
  }
}

function lostSegment({ entry, database, snapshots }: Named, error: FlowgError): LostSegment {
  const { name, entries, firstKey, lastKey } = entry;
  const path = String(error.details.path);
  const facts = { database, entries, firstKey, lastKey, snapshots: [...new Set(snapshots)] };
  return { name, path, problem: error.message, ...facts };
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FlowgError("CANCELLED", "the check was stopped");
}

/** Fisher and Yates. */
function shuffled<T>(items: T[]): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [items[at], items[other]] = [items[other] as T, items[at] as T];
  }
  return items;
}
