// Reads a snapshot where it is, in a repository. It fetches only the segments that can hold what is asked for.

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
 * @param repositories each holds whole snapshots; where one is damaged or out of reach, another takes its place
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
    // where deltas have changed records, equal segments don't mean equal records
    segments: (kind) => (since?.overlays[kind] ? [] : (databases[kind]?.segments ?? [])),
    source: async (database, ranges) =>
      sourceOf(opened, database, { ranges, signal, onFallback: onNote ?? (() => {}) }),
  };
}

export type Segment = Pick<SegmentEntry, "contentSha256" | "firstKey" | "lastKey">;
