// The one door to the core: what the CLI may open when it works on directories, loaded only then.

export type { DatabaseKind } from "./records/kinds.js";
export type {
  BackupReport,
  InspectReport,
  OnProgress,
  Progress,
  RestoreMode,
  RestoreReport,
  VerifyReport,
} from "./records/reports.js";

import { realpath } from "node:fs/promises";
import type { DatabaseAt } from "./engine/lmdb/occupation.js";
import type { DrillOptions } from "./operations/drill/drill.js";
import type { DatabasesInPlace } from "./operations/in-place/databases-in-place.js";
import type {
  BackupOptions,
  BackupSet,
  DatabaseDirs,
  RestoreOptions,
} from "./operations/offline/options.js";
import type {
  DatabaseSalvageOptions,
  DatabasesSalvaged,
} from "./operations/offline/salvage-database.js";
import type { UndoOptions } from "./operations/offline/undo.js";
import type {
  BackupPlace,
  RepositoryBackupOptions,
} from "./operations/repository/backup-options.js";
import type { ForgetOptions, ForgetReport } from "./operations/repository/forget.js";
import type { OpenedSnapshot, StateWish } from "./operations/repository/open-snapshot.js";
import type { DrillReport } from "./records/drill-report.js";
import type { DatabaseKind } from "./records/kinds.js";
import type { BackupReport, RestoreReport, RestoreRun, UndoReport } from "./records/reports.js";
import type { RepositoryBackupReport } from "./records/repository-reports.js";
import type { CheckOptions, CheckReport } from "./repository/check/check.js";
import type { RepairedSnapshot } from "./repository/check/repair.js";
import type { InitOptions, InitReport } from "./repository/init.js";
import type { OpenedRepository, OpenOptions } from "./repository/open.js";
import type { Asking } from "./repository/open-at.js";
import type { Place } from "./repository/places/place.js";
import type { PruneOptions, PruneReport } from "./repository/prune/prune.js";
import type { ReviveReport } from "./repository/revive.js";
import type { Changes, Database } from "./storage/database.js";
import type { Engine, OnOpening } from "./storage/engine.js";
import type { AuthStore } from "./stores/auth/store.js";

export type {
  BackupOptions,
  BackupSet,
  DatabaseDirs,
  ReadFileOptions,
  RestoreOptions,
} from "./operations/offline/options.js";
export type { OpenMode } from "./storage/engine.js";

// Each is loaded when it is first called: a command needs one of them, and loading them all takes longer than looking
// into a file does.

type Core = typeof import("./engine/lmdb/compact.js") &
  typeof import("./engine/lmdb/open.js") &
  typeof import("./operations/offline/salvage.js") &
  typeof import("./operations/offline/verify.js");

export async function backupDirectories(options: BackupOptions): Promise<BackupReport> {
  await tryAll(options.dirs);
  const { backupDirectories: backup } = await import("./operations/offline/backup.js");
  return backup(options, await engine());
}

export async function restoreDirectories(options: RestoreOptions): Promise<RestoreReport> {
  await startZstd();
  await tryAll(options.dirs);
  const { restoreDirectories: restore } = await import("./operations/offline/restore.js");
  return restore(options, await engine());
}

export type { UndoOptions } from "./operations/offline/undo.js";
export type { UndoBounds } from "./operations/restore/undo-wishes.js";
export { undoBounds } from "./operations/restore/undo-wishes.js";

/** Takes a restore back. */
export async function undoDirectories(options: UndoOptions): Promise<UndoReport> {
  await startZstd();
  await tryAll(options.dirs);
  const { undoDirectories: undo } = await import("./operations/offline/undo.js");
  return undo(options, await engine());
}

/** The restores that databases remember, newest first. */
export async function restoreHistory(dirs: DatabaseDirs): Promise<RestoreRun[]> {
  await tryAll(dirs);
  const { restoreHistory: history } = await import("./operations/offline/undo.js");
  return history(dirs, await engine());
}

/** The engine that keeps the databases. */
const engine = async (): Promise<Engine> => (await import("./engine/lmdb.js")).lmdb;

export const verifyPath: Core["verifyPath"] = async (...given) => {
  await startZstd();
  return (await import("./operations/offline/verify.js")).verifyPath(...given);
};

/** Says which database it is about to open, for a process that watches this one: it may die of that. */
export async function openWatched(onOpening: OnOpening): Promise<void> {
  (await import("./engine/lmdb/trial.js")).openWatched(onOpening);
}

/** Compacts databases that no other process has open. Afterwards each has no free pages. */
export const compactDatabases: Core["compactDatabases"] = async (options) => {
  const { tryOpening } = await import("./engine/lmdb/trial.js");
  await tryOpening(options.databases.map((place) => ({ ...place, mode: "read" })));
  return (await import("./engine/lmdb/compact.js")).compactDatabases(options);
};

/** Opens the databases that exist once. */
async function tryAll(dirs: DatabaseDirs): Promise<void> {
  const { tryOpening } = await import("./engine/lmdb/trial.js");
  const kinds = Object.keys(dirs) as DatabaseKind[];
  await tryOpening(kinds.map((kind) => ({ kind, dir: dirs[kind], mode: "read" })));
}

/** The thread that all blocks pass through starts while the rest is loaded. */
async function startZstd(): Promise<void> {
  (await import("./formats/snapshot/zstd.js")).readyForBlocks();
}

export const inspectFile: Core["inspectFile"] = async (...given) => {
  await startZstd();
  return (await import("./operations/offline/verify.js")).inspectFile(...given);
};

/** Saves the whole blocks of a damaged snapshot's copies. */
export const salvageSnapshots: Core["salvageSnapshots"] = async (options) => {
  await startZstd();
  return (await import("./operations/offline/salvage.js")).salvageSnapshots(options);
};

/** Saves the sound records of damaged databases. LMDB has no part in it. */
export async function salvageDatabases(
  options: DatabaseSalvageOptions,
): Promise<DatabasesSalvaged> {
  await startZstd();
  const { openDamaged } = await import("./engine/lmdb/salvage/damaged-database.js");
  const { salvageDatabases: salvage } = await import("./operations/offline/salvage-database.js");
  return salvage(options, openDamaged);
}

// Backups that are read where they are.

export type { BackupInPlace } from "./operations/in-place/backup-in-place.js";

type InPlace = typeof import("./operations/in-place/backup-in-place.js") &
  typeof import("./operations/in-place/query.js") &
  typeof import("./operations/in-place/items.js") &
  typeof import("./operations/in-place/diff.js");

export const backupAt: InPlace["backupAt"] = async (path) =>
  (await import("./operations/in-place/backup-in-place.js")).backupAt(path);

/** Databases, held at one instant until this is disposed of. */
export async function databasesAt(
  name: string,
  places: readonly DatabaseAt[],
): Promise<DatabasesInPlace> {
  const { tryOpening } = await import("./engine/lmdb/trial.js");
  await tryOpening(places.map((place) => ({ ...place, mode: "read" })));
  const { databasesAt: hold } = await import("./operations/in-place/databases-in-place.js");
  return hold(await engine(), name, places);
}

export const snapshotAt: Snapshots["snapshotAt"] = async (...given) =>
  (await import("./operations/in-place/snapshot-in-place.js")).snapshotAt(...given);

type Snapshots = typeof import("./operations/in-place/snapshot-in-place.js");

export const queryInPlace: InPlace["queryInPlace"] = async (...given) => {
  await startZstd();
  return (await import("./operations/in-place/query.js")).queryInPlace(...given);
};

export const itemsInPlace: InPlace["itemsInPlace"] = async (...given) => {
  await startZstd();
  return (await import("./operations/in-place/items.js")).itemsInPlace(...given);
};

export const diffBackups: InPlace["diffBackups"] = async (...given) => {
  await startZstd();
  return (await import("./operations/in-place/diff.js")).diffBackups(...given);
};

/** Real paths of the databases for which this process has its number. */
const numbered = new Set<string>();

/** This process's number for a database, until it ends: in another container a process may have the same. */
export async function takeNumber(place: DatabaseAt): Promise<void> {
  const { Occupation } = await import("./engine/lmdb/occupation.js");
  // a database that is compared with itself is opened twice
  const path = await realpath(place.dir).catch(() => place.dir);
  if (!numbered.has(path) && Occupation.take(place)) numbered.add(path);
}

// `flowg admin role|user|token` works with this.

export type { AuthStore } from "./stores/auth/store.js";

export const openDatabase: Core["openDatabase"] = async (options) => {
  const { tryOpening } = await import("./engine/lmdb/trial.js");
  await tryOpening([options]);
  const database = await (await import("./engine/lmdb/open.js")).openDatabase(options);
  const { changeAlone } = await import("./engine/lmdb/change-alone.js");
  return { ...database, change: (action) => changeAlone(database, action) };
};

export async function openAuthStore(database: Database): Promise<AuthStore> {
  return (await import("./stores/auth/store.js")).openAuthStore(database);
}

/**
 * Changes accounts without a server; the trail tells of each change that is made.
 * @param facts names, never secrets
 */
export async function auditedOffline<T>(
  action: string,
  facts: Record<string, unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const { noteOffline, offlineEvent } = await import("./storage/notes/offline-events.js");
  const { aroundWrites } = await import("./storage/around-writes.js");
  const after = (changes: Changes) => noteOffline(changes, offlineEvent(action, facts));
  return aroundWrites({ after }, work);
}

// These work on repositories: see server/repository.

export type { InitOptions, InitReport } from "./repository/init.js";
export type { OpenedRepository, OpenOptions } from "./repository/open.js";

/** The place as the user writes it: a path, `file:///…`, `s3://BUCKET/PREFIX`. */
type AtUrl<Options> = Omit<Options, "place"> & { url: string } & Asking;

export async function initRepository({
  url,
  signal,
  onRetry,
  ...options
}: AtUrl<InitOptions>): Promise<InitReport> {
  const { initRepository: init } = await import("./repository/init.js");
  const place = await placeAt(url, { signal, onRetry });
  return await init({ ...options, place }).finally(() => place.close());
}

/** Its place is the caller's to close. */
export async function openRepository({
  url,
  ...options
}: AtUrl<OpenOptions>): Promise<OpenedRepository> {
  return await (await import("./repository/open-at.js")).openRepositoryAt(url, options);
}

/** The key file of this machine. @returns where it went */
export async function makeKeyFile(opened: OpenedRepository, path?: string): Promise<string> {
  return (await import("./repository/make-key-file.js")).makeKeyFile(opened, path);
}

async function placeAt(url: string, asking: Asking): Promise<Place> {
  return (await import("./repository/places/open-place.js")).openPlace(url, asking);
}

export type { ForgetOptions, ForgetReport } from "./operations/repository/forget.js";
export type { Retry } from "./repository/places/careful-place.js";
export type { PruneOptions, PruneReport } from "./repository/prune/prune.js";

export async function forgetSnapshots(
  repository: OpenedRepository,
  options: ForgetOptions,
): Promise<ForgetReport> {
  await startZstd();
  return (await import("./operations/repository/forget.js")).forgetSnapshots(repository, options);
}

export async function pruneRepository(
  repository: OpenedRepository,
  options: PruneOptions,
): Promise<PruneReport> {
  await startZstd();
  return (await import("./operations/repository/prune.js")).pruneRepository(repository, options);
}

export type {
  ReachableRepositories,
  RepositoriesAt,
} from "./operations/repository/open-reachable.js";

export const openReachable: Reachable["openReachable"] = async (asked) =>
  (await import("./operations/repository/open-reachable.js")).openReachable(asked);

type Reachable = typeof import("./operations/repository/open-reachable.js");

export async function backupToRepositories(
  options: RepositoryBackupOptions,
): Promise<RepositoryBackupReport> {
  await startZstd();
  await tryAll(options.dirs);
  const { backupToRepositories: backup } = await import("./operations/repository/backup.js");
  return await backup(options, await engine());
}

/** A snapshot, and its databases in place of the files of a directory. */
export async function openSnapshot(
  given: readonly BackupPlace[],
  wish: StateWish,
): Promise<{ snapshot: OpenedSnapshot; from: BackupSet; name: string }> {
  await startZstd();
  const {
    instantOf,
    openSnapshot: open,
    snapshotSet,
  } = await import("./operations/repository/open-snapshot.js");
  const snapshot = await open(given, wish);
  const [{ manifest, repository }] = snapshot.copies;
  const name = `snapshot ${manifest.setId} of ${instantOf(snapshot)} in ${repository.place.name}`;
  return { snapshot, from: snapshotSet(snapshot, wish.signal), name };
}

export const exportSnapshot: Repositories["exportSnapshot"] = async (options) =>
  (await import("./operations/repository/export.js")).exportSnapshot(options);

export const examineSnapshot: Repositories["examineSnapshot"] = async (...given) =>
  (await import("./operations/repository/examine.js")).examineSnapshot(...given);

export const listRepository: Repositories["listRepository"] = async (...given) => {
  await startZstd();
  return (await import("./operations/repository/list.js")).listRepository(...given);
};

type Repositories = typeof import("./operations/repository/examine.js") &
  typeof import("./operations/repository/export.js") &
  typeof import("./operations/repository/list.js");

// Drills: see operations/drill.

export async function drillRepository(
  repository: OpenedRepository,
  options: Parameters<Drills["drillRepository"]>[1],
): Promise<DrillReport> {
  await startZstd();
  const { drillRepository: drill } = await import("./operations/drill/drill.js");
  return await drill(repository, options, await engine());
}

export async function drillDirectory(
  backupDir: string,
  options: DrillOptions,
): Promise<DrillReport> {
  await startZstd();
  const { drillDirectory: drill } = await import("./operations/drill/drill.js");
  return await drill(backupDir, options, await engine());
}

type Drills = typeof import("./operations/drill/drill.js");

export type { DrillOptions } from "./operations/drill/drill.js";

/** Has this process, and all threads of it, give way to others. */
export async function lowerPriority(): Promise<void> {
  (await import("./platform/threads/low-priority.js")).lowerPriority();
}

export type { CheckOptions, CheckProgress, CheckReport } from "./repository/check/check.js";
export type { RepairedSnapshot } from "./repository/check/repair.js";

/** @param repair writes snapshots without what is lost, beside those that have lost it */
export async function checkRepository(
  opened: OpenedRepository,
  { repair, ...options }: CheckOptions & { repair: boolean },
): Promise<{ report: CheckReport; repaired: RepairedSnapshot[] }> {
  await startZstd();
  const { checkRepository: check } = await import("./repository/check/check.js");
  const report = await check(opened, options);
  if (!repair || report.lost.length === 0) return { report, repaired: [] };
  const { repairSnapshots } = await import("./repository/check/repair.js");
  return { report, repaired: await repairSnapshots(opened, report.lost) };
}

export type { RevivedObject, ReviveReport } from "./repository/revive.js";

/** Puts back what a bucket held at a time. This reads no contents of its objects. */
export async function reviveRepository({
  url,
  asOf,
  dryRun,
  ...asking
}: Asking & { url: string; asOf: Date; dryRun: boolean }): Promise<ReviveReport> {
  const { pastOf, reviveRepository: revive } = await import("./repository/revive.js");
  const place = await placeAt(pastOf(url, asOf), asking);
  return await revive(place, { dryRun }).finally(() => place.close());
}
