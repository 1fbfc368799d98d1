// A snapshot of a repository that is read where it is: of its segments only those are fetched that can hold what is asked for.

import type { SegmentEntry } from "../../repository/manifest.js";
import {
  databasesIn,
  type GivenRepository,
  instantOf,
  nameOf,
  openSnapshot,
  type StateWish,
  sourceOf,
} from "../repository/open-snapshot.js";
import type { BackupInPlace } from "./backup-in-place.js";

export interface SnapshotInPlaceOptions {
  /** Tells a person that something was taken from another repository. */
  onNote?: ((note: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * @param repositories each complete by itself; what one has lost, or all of one that is out of reach, another may have
 * @throws what finding it throws, if none has it
 */
export async function snapshotAt(
  repositories: readonly GivenRepository[],
  wish: StateWish,
  { onNote, signal }: SnapshotInPlaceOptions = {},
): Promise<BackupInPlace> {
  const opened = await openSnapshot(repositories, { ...wish, signal });
  const { copies, notes, since } = opened;
  for (const note of notes) onNote?.(note);
  const [{ manifest }] = copies;
  const { databases } = manifest;
  return {
    name: nameOf(opened),
    kinds: databasesIn(opened),
    createdAt: async () => instantOf(opened),
    // where deltas have changed records, segments don't tell which are the same
    segments: (kind) => (since?.overlays[kind] ? [] : (databases[kind]?.segments ?? [])),
    source: async (database, ranges) =>
      sourceOf(opened, database, { ranges, signal, onFallback: onNote ?? (() => {}) }),
  };
}

export type Segment = Pick<SegmentEntry, "contentSha256" | "firstKey" | "lastKey">;
