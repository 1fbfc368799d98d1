// A snapshot of a repository that is read where it is: of its segments only those are fetched that can hold what is asked for.

import type { SegmentEntry } from "../../repository/manifest.js";
import { RepositorySource } from "../../repository/repository-source.js";
import type { SnapshotWish } from "../../repository/snapshots.js";
import { databasesIn, type GivenRepository, openSnapshot } from "../repository/open-snapshot.js";
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
  wish: SnapshotWish,
  { onNote, signal }: SnapshotInPlaceOptions = {},
): Promise<BackupInPlace> {
  const opened = await openSnapshot(repositories, wish);
  const { copies, notes } = opened;
  for (const note of notes) onNote?.(note);
  const [{ manifest, repository }] = copies;
  const { databases, setId, createdAt } = manifest;
  return {
    name: `snapshot ${setId} in ${repository.place.name}`,
    kinds: databasesIn(opened),
    createdAt: async () => createdAt,
    segments: (kind) => databases[kind]?.segments ?? [],
    source: async (database, ranges) =>
      new RepositorySource(copies, { database, ranges, signal, onFallback: onNote }),
  };
}

export type Segment = Pick<SegmentEntry, "contentSha256" | "firstKey" | "lastKey">;
