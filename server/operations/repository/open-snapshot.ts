// Opens the snapshot that a user means, in one repository or in several that have it.

import type { Source } from "../../formats/sources/source.js";
import { FlowgError } from "../../platform/errors.js";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { KeyRange } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Repository } from "../../repository/repository.js";
import { RepositorySource, type SnapshotCopy } from "../../repository/repository-source.js";
import { type FoundSnapshot, findSnapshot, type SnapshotWish } from "../../repository/snapshots.js";
import type { BackupSet } from "../offline/options.js";
import type { BackupFile } from "../restore/backup-files.js";

/** A repository, or why it can't be used. */
export type GivenRepository = { repository: Repository } | { name: string; error: FlowgError };

export interface OpenedSnapshot {
  /** The same in several repositories: what one lacks, another gives. */
  copies: readonly [SnapshotCopy, ...SnapshotCopy[]];
  /** What a person should know; more is added while it is read. */
  notes: string[];
}

/** @throws what `findSnapshot` throws, if no repository has it */
export async function openSnapshot(
  given: readonly GivenRepository[],
  wish: SnapshotWish,
): Promise<OpenedSnapshot> {
  const notes: string[] = [];
  const faults: FlowgError[] = [];
  const found: (FoundSnapshot & { repository: Repository })[] = [];
  const failed = (error: unknown) => {
    if (!(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
    faults.push(error);
  };
  const usable: Repository[] = [];
  for (const one of given) {
    if ("error" in one) {
      failed(one.error);
      continue;
    }
    const { repository } = one;
    usable.push(repository);
    try {
      found.push({ ...(await findSnapshot(repository, wish)), repository });
    } catch (error) {
      failed(error);
    }
  }
  // the newest of those that are meant: one repository may have missed the last backup
  found.sort(
    (a, b) => Date.parse(b.ref.createdAt) - Date.parse(a.ref.createdAt) || lostBy(a) - lostBy(b),
  );
  const [first] = found;
  if (!first) {
    throw faults.find(({ code }) => code !== "NOT_FOUND") ?? faults[0] ?? noRepository();
  }
  const { setId } = first.manifest;
  const copies: [SnapshotCopy, ...SnapshotCopy[]] = [first];
  for (const repository of usable) {
    if (repository === first.repository) continue;
    const same = found.find((one) => one.repository === repository && one.manifest.setId === setId);
    try {
      const copy = same ?? (await findSnapshot(repository, { snapshot: setId }));
      copies.push({ repository, manifest: copy.manifest });
    } catch (error) {
      failed(error);
    }
  }
  notes.push(...new Set(faults.map(({ message }) => message)));
  return { copies, notes };
}

/** A whole snapshot comes before what a repair of another repository has left of it. */
const lostBy = ({ manifest }: FoundSnapshot): number =>
  Object.values(manifest.databases).reduce((sum, { lost = 0 }) => sum + lost, 0);

const noRepository = (): FlowgError => new FlowgError("INPUT_INVALID", "no repository was given");

/** One of its databases, as a sealed file would be. */
export function sourceOf(
  { copies, notes }: OpenedSnapshot,
  database: DatabaseKind,
  { ranges, signal }: SourceOptions = {},
): Source {
  const onFallback = (note: string) => {
    if (!notes.includes(note)) notes.push(note);
  };
  return new RepositorySource(copies, { database, ranges, onFallback, signal });
}

export interface SourceOptions {
  /** Only the segments that can hold these; all if absent. */
  ranges?: readonly KeyRange[] | undefined;
  signal?: AbortSignal | undefined;
}

/** Its databases in place of the files of a directory. */
export function snapshotSet(opened: OpenedSnapshot, signal?: AbortSignal | undefined): BackupSet {
  const [{ manifest, repository }] = opened.copies;
  const path = `snapshot ${manifest.setId} in ${repository.place.name}`;
  return {
    find: async (kinds) => {
      const missing = kinds.find((kind) => !manifest.databases[kind]);
      if (missing) {
        throw new FlowgError(
          "NOT_FOUND",
          `the snapshot ${manifest.setId} has no ${missing} database; nothing was restored`,
          { hint: `name those that it has with --only ${databasesIn(opened).join(",")}` },
        );
      }
      const files: BackupFile[] = kinds.map((kind) => ({ kind, path }));
      return { files, notes: opened.notes };
    },
    open: async ({ kind }, ranges) => sourceOf(opened, kind, { ranges, signal }),
  };
}

export const databasesIn = ({ copies: [{ manifest }] }: OpenedSnapshot): DatabaseKind[] =>
  BACKUP_ORDER.filter((kind) => manifest.databases[kind] !== undefined);
