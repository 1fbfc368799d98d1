// A snapshot of a repository that is read where it is: of its segments only those are fetched that can hold what is asked for.

import { FlowgError } from "../../platform/errors.js";
import type { KeyRange } from "../../records/keys.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { SegmentEntry } from "../../repository/manifest.js";
import type { Repository } from "../../repository/repository.js";
import { RepositorySource, type SnapshotCopy } from "../../repository/repository-source.js";
import { findSnapshot, type SnapshotWish } from "../../repository/snapshots.js";
import type { BackupInPlace } from "./backup-in-place.js";

export interface SnapshotInPlaceOptions {
  /** What a person should know: that something was taken from another repository. */
  onNote?: ((note: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * @param repositories each complete by itself; what one has lost another may have
 * @throws what finding it in the first of them throws, if none has it
 */
export async function snapshotAt(
  repositories: readonly Repository[],
  wish: SnapshotWish,
  { onNote, signal }: SnapshotInPlaceOptions = {},
): Promise<BackupInPlace> {
  const copies = await copiesOf(repositories, wish, onNote);
  const [{ manifest, repository }] = copies;
  const { databases, setId, createdAt } = manifest;
  return {
    name: `snapshot ${setId} in ${repository.place.name}`,
    kinds: DATABASE_KINDS.filter((kind) => databases[kind] !== undefined),
    createdAt: async () => createdAt,
    segments: (kind) => databases[kind]?.segments ?? [],
    source: async (database: DatabaseKind, ranges?: readonly KeyRange[]) =>
      new RepositorySource(copies, { database, ranges, signal, onFallback: onNote }),
  };
}

export type Segment = Pick<SegmentEntry, "contentSha256" | "firstKey" | "lastKey">;

async function copiesOf(
  repositories: readonly Repository[],
  wish: SnapshotWish,
  onNote: ((note: string) => void) | undefined,
): Promise<[SnapshotCopy, ...SnapshotCopy[]]> {
  const copies: SnapshotCopy[] = [];
  const faults: unknown[] = [];
  for (const repository of repositories) {
    const [known] = copies;
    // the same one in all of them: the latest of each may be different ones
    const meant = known ? { snapshot: known.manifest.setId } : wish;
    try {
      copies.push({ repository, manifest: (await findSnapshot(repository, meant)).manifest });
    } catch (error) {
      if (!(error instanceof FlowgError)) throw error;
      faults.push(error);
    }
  }
  const [first, ...others] = copies;
  if (first === undefined) throw faults[0];
  for (const fault of faults) onNote?.((fault as FlowgError).message);
  return [first, ...others];
}
