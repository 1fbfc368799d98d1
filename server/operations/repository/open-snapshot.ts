// Opens the snapshot that a wish means, in one repository or in several that have it.

import type { Source } from "../../formats/sources/source.js";
import { FlowgError } from "../../platform/errors.js";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { KeyRange } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { type ChangesSince, changesSince } from "../../repository/deltas/changes-since.js";
import { OverlaySource } from "../../repository/deltas/overlay-source.js";
import type { Repository } from "../../repository/repository.js";
import { RepositorySource, type SnapshotCopy } from "../../repository/repository-source.js";
import {
  type FoundSnapshot,
  findAmong,
  findSnapshot,
  listWithLost,
  newerLost,
  notAfter,
  type SnapshotList,
  type SnapshotWish,
} from "../../repository/snapshots.js";
import type { BackupSet } from "../offline/options.js";
import type { BackupFile } from "../restore/backup-files.js";
import { demandOneInstallation, type Listed } from "./one-installation.js";

/** A repository, or why it can't be used. */
export type GivenRepository = { repository: Repository } | { name: string; error: FlowgError };

/** Which snapshot is wanted, and which of the deltas after it. */
export interface StateWish extends SnapshotWish {
  /** Takes the snapshot alone. Where its id is given, that is so anyway. */
  noDeltas?: boolean | undefined;
  /** Where a delta is missing, takes the changes before it instead of refusing. */
  allowMissingDeltas?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface OpenedSnapshot {
  /** The changes that deltas add to the snapshot; undefined where there are none, or none are wanted. */
  since?: ChangesSince | undefined;
  /** The same snapshot in several repositories. What one lacks, another gives. */
  copies: readonly [SnapshotCopy, ...SnapshotCopy[]];
  /** What a person should know; more is added while it is read. */
  notes: string[];
}

/**
 * @throws what `findSnapshot` throws, if no repository has it; INPUT_INVALID where it could be that of several installations
 */
export async function openSnapshot(
  given: readonly GivenRepository[],
  wish: StateWish,
): Promise<OpenedSnapshot> {
  const notes: string[] = [];
  const faults: FlowgError[] = [];
  const found: Found[] = [];
  const failed = (error: unknown) => {
    pass(error);
    faults.push(error);
  };
  const usable: Repository[] = [];
  const lists: (Listed & SnapshotList)[] = [];
  for (const one of given) {
    if ("error" in one) {
      failed(one.error);
      continue;
    }
    const { repository } = one;
    usable.push(repository);
    try {
      const asked = { ...wish, ...notAfter(wish.at, wish.noDeltas) };
      const list = await listWithLost(repository);
      lists.push({ repository, ...list });
      found.push({ ...(await findAmong(repository, list.refs, asked)), repository });
    } catch (error) {
      failed(error);
    }
  }
  // takes the newest, since one repository may have missed the last backup
  found.sort(
    (a, b) => Date.parse(b.ref.createdAt) - Date.parse(a.ref.createdAt) || lostBy(a) - lostBy(b),
  );
  const [first] = found;
  if (!first) {
    throw faults.find(({ code }) => code !== "NOT_FOUND") ?? faults[0] ?? noRepository();
  }
  faults.push(...(await demandOneInstallation(lists, first, wish)));
  const copies = await copiesOf(first, { found, usable, failed });
  const sets = [copies];
  if (wantsDeltas(wish)) sets.push(...(await othersOfHost(first, { found, usable, failed: pass })));
  notes.push(...new Set(faults.map(({ message }) => message)));
  const chosen = await furthest(sets, wish);
  notes.push(...chosen.notes, ...newerLost(lists, reachOf(chosen), wish));
  return { ...chosen, notes };
}

type Found = FoundSnapshot & { repository: Repository };
type Copies = OpenedSnapshot["copies"];

const wantsDeltas = ({ snapshot, noDeltas }: StateWish): boolean =>
  snapshot === undefined && !noDeltas;

/** @throws what isn't the fault of one repository */
function pass(error: unknown): asserts error is FlowgError {
  if (!(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
}

interface Lookup {
  /** What was found in each repository. */
  found: readonly Found[];
  usable: readonly Repository[];
  failed: (error: unknown) => void;
}

/** The same snapshot in all repositories that have it. */
async function copiesOf(first: Found, { found, usable, failed }: Lookup): Promise<Copies> {
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
  return copies;
}

/**
 * Other snapshots of the host and its installation. A repository that missed the newest snapshot may still have later changes, and
 * the one with that snapshot may lack them.
 */
async function othersOfHost({ manifest }: Found, lookup: Lookup): Promise<Copies[]> {
  const sets: Copies[] = [];
  const seen = new Set([manifest.setId]);
  for (const one of lookup.found) {
    const { setId } = one.manifest;
    if (!isOfSame(one.manifest, manifest) || seen.has(setId)) continue;
    seen.add(setId);
    sets.push(await copiesOf(one, lookup));
  }
  return sets;
}

/** Whether one server may have made both. One that notes no installation may be of any. */
const isOfSame = (a: Maker, b: Maker): boolean =>
  a.host === b.host &&
  (a.installation === undefined ||
    b.installation === undefined ||
    a.installation === b.installation);

type Maker = Pick<SnapshotCopy["manifest"], "host" | "installation">;

interface Reached {
  copies: Copies;
  since: ChangesSince | undefined;
}

/**
 * Chooses the copy whose deltas reach furthest. For a wish with a time, it takes the first copy that has all changes up to that
 * time. The notes say what others lack.
 * @throws the first fault, if no copy has all changes
 */
async function furthest(
  sets: readonly Copies[],
  wish: StateWish,
): Promise<Reached & { notes: string[] }> {
  const [first] = sets as [Copies, ...Copies[]];
  if (!wantsDeltas(wish)) return { copies: first, since: undefined, notes: [] };
  const { at, allowMissingDeltas, signal } = wish;
  const faults: FlowgError[] = [];
  const isOne = sets.length === 1 && first.length === 1;
  const tries = !isOne && allowMissingDeltas ? [false, true] : [allowMissingDeltas];
  for (const allowMissing of tries) {
    const found: Reached[] = [];
    for (const copies of sets) {
      for (const { repository, manifest } of copies) {
        try {
          const since = await changesSince(repository, manifest, { at, allowMissing, signal });
          found.push({ copies, since });
        } catch (error) {
          pass(error);
          faults.push(error);
        }
      }
      if (at !== undefined && !allowMissing && found.some(isWhole)) break;
    }
    const [best] = found.sort(
      (a, b) => reachOf(b) - reachOf(a) || Number(isWhole(b)) - Number(isWhole(a)),
    );
    if (!best) continue;
    const lacking = allowMissing ? [] : faults.map(({ message }) => message);
    return { ...best, notes: [...new Set([...lacking, ...(best.since?.notes ?? [])])] };
  }
  throw faults[0] as FlowgError;
}

const isWhole = ({ since }: Reached): boolean => since?.isWhole ?? true;

const reachOf = ({ copies: [{ manifest }], since }: Reached): number =>
  since?.instant.getTime() ?? Date.parse(manifest.createdAt);

/** How many records a repair has dropped from the snapshot. A whole one comes first. */
const lostBy = ({ manifest }: FoundSnapshot): number =>
  Object.values(manifest.databases).reduce((sum, { lost = 0 }) => sum + lost, 0);

const noRepository = (): FlowgError => new FlowgError("INPUT_INVALID", "no repository was given");

/** Reads one database of it as if it were a sealed file. */
export function sourceOf(
  { copies, notes, since }: OpenedSnapshot,
  database: DatabaseKind,
  { ranges, signal, onFallback = noting(notes) }: SourceOptions = {},
): Source {
  const base = new RepositorySource(copies, { database, ranges, onFallback, signal });
  const overlay = since?.overlays[database];
  if (!since || !overlay) return base;
  return new OverlaySource(base, overlay, { database, ranges, instant: since.instant });
}

const noting = (notes: string[]) => (note: string) => {
  if (!notes.includes(note)) notes.push(note);
};

export interface SourceOptions {
  /** Takes only the segments that can hold these keys; all if absent. */
  ranges?: readonly KeyRange[] | undefined;
  /** Called where a segment was taken from another copy. By default the report notes it. */
  onFallback?: ((note: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Gives the databases of a snapshot to a restore, in place of the files of a directory. */
export function snapshotSet(opened: OpenedSnapshot, signal?: AbortSignal | undefined): BackupSet {
  const [{ manifest }] = opened.copies;
  const path = nameOf(opened);
  return {
    find: async (kinds) => {
      const missing = kinds.find((kind) => !manifest.databases[kind]);
      if (missing) {
        throw new FlowgError(
          "NOT_FOUND",
          `the snapshot ${manifest.setId} has no ${missing} database; nothing was restored`,
          {
            hint: `name those that it has with --only (in the API \`only\`): ${databasesIn(opened).join(",")}`,
          },
        );
      }
      const files: BackupFile[] = kinds.map((kind) => ({ kind, path }));
      return { files, notes: opened.notes };
    },
    open: async ({ kind }, ranges) => sourceOf(opened, kind, { ranges, signal }),
  };
}

/** The snapshot's name for people. */
export function nameOf({ copies: [{ manifest, repository }], since }: OpenedSnapshot): string {
  const at = since ? ` at ${since.instant.toISOString()}` : "";
  return `snapshot ${manifest.setId} in ${repository.place.name}${at}`;
}

/** The instant of the state, RFC 3339. */
export const instantOf = ({ copies: [{ manifest }], since }: OpenedSnapshot): string =>
  since?.instant.toISOString() ?? manifest.createdAt;

export const databasesIn = ({ copies: [{ manifest }] }: OpenedSnapshot): DatabaseKind[] =>
  BACKUP_ORDER.filter((kind) => manifest.databases[kind] !== undefined);
