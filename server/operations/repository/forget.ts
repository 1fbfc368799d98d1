// Forget removes snapshots that no rule keeps, or those that are named. A prune then removes the segments that only they hold.

import { FlowgError } from "../../platform/errors.js";
import { DELTAS } from "../../repository/deltas/delta-path.js";
import { demandFile } from "../../repository/lost-file.js";
import type { Readable, StoredSnapshot } from "../../repository/manifest-objects.js";
import { lastEnd, locksAmong } from "../../repository/object-lock/locked-objects.js";
import { isAnyBelow } from "../../repository/places/is-any-below.js";
import type { ObjectLock } from "../../repository/places/place.js";
import {
  KEEP_DELTAS_MS,
  type PruneOptions,
  type PruneReport,
} from "../../repository/prune/prune.js";
import { basesOf } from "../../repository/retention/bases.js";
import {
  type Considered,
  ofOthers,
  planByIds,
  planByPolicy,
  type Thinning,
} from "../../repository/retention/plan.js";
import { removeSnapshots } from "../../repository/retention/remove.js";
import { eachSnapshot, listSnapshots } from "../../repository/snapshots.js";
import {
  listVerified,
  type NamedSnapshot,
  readVerified,
  removeVerified,
  type Verified,
} from "../../repository/verified.js";
import { pruneRepository } from "./prune.js";

/** Clocks differ by up to this. A snapshot whose date is further after the time when it was stored was dated ahead. */
const AHEAD_MS = 60 * 60 * 1000;

/** The snapshots to forget: these, or those that no rule keeps. */
export type ToForget =
  | { ids: readonly string[]; thinning?: undefined }
  | { ids?: undefined; thinning: Thinning };

export type ForgetOptions = ToForget & ForgetHow;

interface ForgetHow {
  dryRun?: boolean | undefined;
  /** Prunes afterwards. */
  prune?: PruneOptions | undefined;
  /** For how long deltas stay. The rules spare the snapshots that these need. Unless given, as long as for `prune`. */
  keepDeltasMs?: number | undefined;
  /** Called once they are known, before the first is removed. If it throws, all stay. */
  onForgetting?: (() => void) | undefined;
  onForgotten?: ((done: number, total: number) => void) | undefined;
}

export interface ListedSnapshot {
  id: string;
  createdAt: string;
  host: string;
  tags: string[];
}

export interface KeptSnapshot extends ListedSnapshot {
  /** `last 1`, `daily 2026-11-28`, `tag release` */
  reasons: string[];
}

export interface ForgetReport {
  dryRun: boolean;
  groups: { name: string; kept: KeptSnapshot[]; forgotten: ListedSnapshot[] }[];
  /** The number of snapshots that other installations have stored. They stay, and the policy doesn't count them. */
  others: number;
  /**
   * Snapshots that stay because they are locked. They are among the kept ones. `until` is when the last lock ends, RFC 3339.
   */
  locked: { snapshots: number; until?: string };
  /** Snapshots that couldn't be read, and why. They stay, and the policy doesn't count them. */
  unread: { id: string; createdAt: string; problem: string }[];
  prune?: PruneReport;
}

type Read = StoredSnapshot & Considered & { tags: string[]; databases: object };

/**
 * @throws INPUT_INVALID, NOT_FOUND, REFUSED: nothing was removed; IDENTITY_REQUIRED, REPOSITORY_DAMAGED, and what a prune and
 *   the place throw
 */
export async function forgetSnapshots(
  repository: Readable,
  { ids, thinning, dryRun = false, prune, keepDeltasMs, ...told }: ForgetOptions,
): Promise<ForgetReport> {
  demandFile(repository);
  // notes are listed first, so each note is of a snapshot that is listed below, or is gone
  const noted = await listVerified(repository);
  const stored = await listSnapshots(repository);
  // by its id, a snapshot that can't be read is forgotten, too
  const { read, unread } = ids
    ? await readAll(repository, planByIds(stored, ids))
    : await readThoseThatCount(repository, stored);
  if (!ids && stored.length > 0 && read.length === 0) throw noneIsRead(unread);
  const verified = thinning ? await readVerified(repository, noted) : undefined;
  const planned = thinning
    ? planByPolicy(
        read.map((one) => ({ ...one, ...atOf(verified?.get(one.setId)) })),
        await withBases(repository, {
          read,
          thinning,
          keepDeltasMs: keepDeltasMs ?? prune?.keepDeltasMs,
        }),
      )
    : named(read, unread);
  const wanted = planned.flatMap((group): StoredSnapshot[] => group.forgotten);
  const locks = await locksAmong(
    repository.place,
    wanted.map(({ path }) => path),
  );
  const groups = planned.map((group) => withoutLocked(group, locks));
  const forgotten = groups.flatMap((group): StoredSnapshot[] => group.forgotten);
  if (!dryRun) {
    let done = 0;
    told.onForgetting?.();
    await removeSnapshots(repository.place, forgotten, () => {
      told.onForgotten?.(++done, forgotten.length);
    });
    await removeNotes(repository, noted, { stored, forgotten });
  }
  const report: ForgetReport = {
    dryRun,
    groups: groups.map(({ name, kept, forgotten }) => ({
      name,
      kept: kept.map(({ snapshot, reasons }) => ({ ...listed(snapshot), reasons })),
      forgotten: forgotten.map(listed),
    })),
    others: thinning ? ofOthers(read, thinning).length : 0,
    locked: { snapshots: locks.size, ...until(locks) },
    unread: ids
      ? []
      : unread.map(({ setId: id, createdAt, error: { message: problem } }) => ({
          id,
          createdAt,
          problem,
        })),
  };
  if (!prune) return report;
  const ignored = dryRun ? new Set(forgotten.map(({ path }) => path)) : undefined;
  return { ...report, prune: await pruneRepository(repository, { ...prune, dryRun, ignored }) };
}

/**
 * Spares the snapshots that the deltas of a continuous job need: see basesOf. One can go once a later one takes its place.
 */
async function withBases(
  { place }: Readable,
  {
    read,
    thinning,
    keepDeltasMs = KEEP_DELTAS_MS,
  }: { read: readonly Read[]; thinning: Thinning; keepDeltasMs?: number | undefined },
): Promise<Thinning> {
  if (!(await isAnyBelow(place, DELTAS))) return thinning;
  const first = Date.now() - keepDeltasMs;
  const bases = basesOf(read, first);
  const spared = new Map(bases.map(({ setId }) => [setId, "instants after it"]));
  return { ...thinning, spared: new Map([...spared, ...(thinning.spared ?? [])]) };
}

function withoutLocked<
  G extends { kept: { snapshot: Read; reasons: string[] }[]; forgotten: Read[] },
>(group: G, locks: ReadonlyMap<string, ObjectLock>): G {
  const kept = [...group.kept];
  for (const snapshot of group.forgotten) {
    const lock = locks.get(snapshot.path);
    if (lock) kept.push({ snapshot, reasons: [`locked until ${lock.until.toISOString()}`] });
  }
  return { ...group, kept, forgotten: group.forgotten.filter(({ path }) => !locks.has(path)) };
}

function until(locks: ReadonlyMap<string, ObjectLock>): { until?: string } {
  const last = lastEnd(locks.values());
  return last === undefined ? {} : { until: last };
}

const atOf = (note: Verified | undefined) => note && { verifiedAt: note.verifiedAt };

/** Removes the notes of snapshots that are gone, also those that a killed run has left. */
async function removeNotes(
  repository: Readable,
  noted: readonly NamedSnapshot[],
  { stored, forgotten }: Record<"stored" | "forgotten", readonly StoredSnapshot[]>,
): Promise<void> {
  const left = new Set(stored.map(({ setId }) => setId));
  for (const { setId } of forgotten) left.delete(setId);
  for (const one of noted) if (!left.has(one.setId)) await removeVerified(repository, one);
}

type Unread = StoredSnapshot & { error: FlowgError };

/** @throws what isn't the fault of one snapshot */
async function readAll(
  repository: Readable,
  stored: readonly StoredSnapshot[],
): Promise<{ read: Read[]; unread: Unread[] }> {
  const read: Read[] = [];
  // unsigned snapshots don't count, or a forged newest one would have the others removed
  const unreadable = await eachSnapshot(repository, stored, ({ ref, manifest }) => {
    const { host, installation, tags, databases } = manifest;
    const kinds = Object.fromEntries(Object.keys(databases).map((kind) => [kind, true]));
    read.push({
      ...ref,
      host,
      ...(installation !== undefined && { installation }),
      tags,
      databases: kinds,
    });
  });
  return { read, unread: unreadable.map(({ ref, error }) => ({ ...ref, error })) };
}

/**
 * Leaves out snapshots that are dated ahead. A server that was taken over can sign, and would have the real ones removed with
 * them.
 */
async function readThoseThatCount(repository: Readable, stored: readonly StoredSnapshot[]) {
  const isAhead = ({ createdAt, storedAt }: StoredSnapshot) =>
    Date.parse(createdAt) - storedAt.getTime() > AHEAD_MS;
  const { read, unread } = await readAll(
    repository,
    stored.filter((one) => !isAhead(one)),
  );
  const ahead = stored.filter(isAhead).map((one) => ({ ...one, error: datedAhead(one) }));
  return { read, unread: [...ahead, ...unread] };
}

const datedAhead = ({ path, createdAt, storedAt }: StoredSnapshot): FlowgError =>
  new FlowgError(
    "REPOSITORY_DAMAGED",
    `${path} is dated ${createdAt}, later than it was stored (${storedAt.toISOString()})`,
    { hint: "a clock was wrong, or somebody has dated it ahead: to remove it, name its id" },
  );

function named(read: readonly Read[], unread: readonly Unread[]) {
  const unknown = unread.map((one) => ({ ...one, host: "", tags: [], databases: {} }));
  return [{ name: "", kept: [], forgotten: [...read, ...unknown] }];
}

const listed = ({ setId: id, createdAt, host, tags }: Read): ListedSnapshot => ({
  id,
  createdAt,
  host,
  tags: [...tags],
});

function noneIsRead([first, ...others]: readonly Unread[]): FlowgError {
  if (!first) return new FlowgError("CONFLICT", "all snapshots were removed meanwhile");
  const { code, message, hint } = first.error;
  const none =
    others.length === 0
      ? "the snapshot can't be read"
      : `none of the ${others.length + 1} snapshots can be read`;
  return new FlowgError(code, `${none}, so nothing was removed: ${message}`, {
    hint,
    cause: first.error,
  });
}
