// The one door to the core: what the CLI may open when it works on directories, loaded only then.

export type { DatabaseKind } from "./database/kinds.js";
export type {
  BackupReport,
  InspectReport,
  OnProgress,
  Progress,
  RestoreMode,
  RestoreReport,
  VerifyReport,
} from "./reports.js";

import type { AuthStore } from "./auth/store.js";
import type { DatabaseKind } from "./database/kinds.js";
import type { DatabaseAt } from "./database/occupation.js";
import type { OnOpening } from "./database/trial.js";
import type { OnProgress, RestoreMode } from "./reports.js";
import type { Changes, Database } from "./storage/database.js";

/** Where the three databases are. */
export type DatabaseDirs = Record<DatabaseKind, string>;

export interface BackupOptions {
  dirs: DatabaseDirs;
  backupDir: string;
  /** Which databases; all three unless said otherwise. */
  only?: readonly DatabaseKind[] | undefined;
  /** Beside files of the other databases, which are of another instant then. */
  allowMixed?: boolean | undefined;
  /** Replaces an older backup also by one with far fewer records. */
  allowShrink?: boolean | undefined;
  /** Goes on without what is damaged in the databases, and says what that is. */
  skipDamaged?: boolean | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface RestoreOptions {
  dirs: DatabaseDirs;
  backupDir: string;
  mode: RestoreMode;
  dryRun: boolean;
  /** Which databases; all three unless said otherwise. */
  only?: readonly DatabaseKind[] | undefined;
  /** Keeps the files of a damaged database under another name, and restores into a new one. */
  replaceDamaged?: boolean | undefined;
  /** Goes on although no user, no role, or nobody who may administer is left; refused otherwise. */
  allowNoAdmin?: boolean | undefined;
  /** Leaves databases that have records as they are. */
  ifEmpty?: boolean | undefined;
  /** Bytes of memory that large records may take; most of what is free unless said otherwise. */
  maxMemory?: number | undefined;
  /** Told of each database once it is restored; not in a dry run. */
  onRestored?: ((kind: DatabaseKind) => void) | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface ReadFileOptions {
  /** The database that a file must be of. */
  expected?: DatabaseKind | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

// Each is loaded when it is first called: a command needs one of them, and loading them all takes longer than looking
// into a file does.

type Core = typeof import("./backup/directory.js") &
  typeof import("./database/compact.js") &
  typeof import("./database/open.js") &
  typeof import("./restore/directory.js") &
  typeof import("./restore/verify.js");

export const backupDirectories: Core["backupDirectories"] = async (...given) => {
  await tryAll(given[0].dirs);
  return (await import("./backup/directory.js")).backupDirectories(...given);
};

export const restoreDirectories: Core["restoreDirectories"] = async (...given) => {
  await startZstd();
  await tryAll(given[0].dirs);
  return (await import("./restore/directory.js")).restoreDirectories(...given);
};

export const verifyPath: Core["verifyPath"] = async (...given) => {
  await startZstd();
  return (await import("./restore/verify.js")).verifyPath(...given);
};

/** For a process that another one watches: it may die of opening a database. */
export async function openWatched(onOpening: OnOpening): Promise<void> {
  (await import("./database/trial.js")).openWatched(onOpening);
}

/** Databases that nobody has open, each without its free pages afterwards. */
export const compactDatabases: Core["compactDatabases"] = async (options) => {
  const { tryOpening } = await import("./database/trial.js");
  await tryOpening(options.databases.map((place) => ({ ...place, mode: "read" })));
  return (await import("./database/compact.js")).compactDatabases(options);
};

/** Those that are there. */
async function tryAll(dirs: DatabaseDirs): Promise<void> {
  const { tryOpening } = await import("./database/trial.js");
  const kinds = Object.keys(dirs) as DatabaseKind[];
  await tryOpening(kinds.map((kind) => ({ kind, dir: dirs[kind], mode: "read" })));
}

/** The thread that all blocks pass through starts while the rest is loaded. */
async function startZstd(): Promise<void> {
  (await import("./snapshot/zstd.js")).readyForBlocks();
}

export const inspectFile: Core["inspectFile"] = async (...given) => {
  await startZstd();
  return (await import("./restore/verify.js")).inspectFile(...given);
};

/** This process's number for a database, until it ends: in another container a process may have the same. */
export async function takeNumber(place: DatabaseAt): Promise<void> {
  const { Occupation } = await import("./database/occupation.js");
  Occupation.take(place);
}

// What `flowg admin role|user|token` works with.

export type { AuthStore } from "./auth/store.js";

export const openDatabase: Core["openDatabase"] = async (options) => {
  const { tryOpening } = await import("./database/trial.js");
  await tryOpening([options]);
  return (await import("./database/open.js")).openDatabase(options);
};

export async function openAuthStore(database: Database): Promise<AuthStore> {
  return (await import("./auth/store.js")).openAuthStore(database);
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
  const { noteOffline, offlineEvent } = await import("./auth/offline-events.js");
  const { aroundWrites } = await import("./storage/around-writes.js");
  const after = (changes: Changes) => noteOffline(changes, offlineEvent(action, facts));
  return aroundWrites({ after }, work);
}
