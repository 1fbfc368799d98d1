// The offline commands of `flowg admin`, on databases and backups in directories.

import type { BackupOptions, DatabaseDirs, RestoreOptions } from "../operations/offline/options.js";
import type {
  DatabaseSalvageOptions,
  DatabasesSalvaged,
} from "../operations/offline/salvage-database.js";
import type { UndoOptions } from "../operations/offline/undo.js";
import type { BackupReport, RestoreReport, RestoreRun, UndoReport } from "../records/reports.js";
import { engine, startZstd, tryAll } from "./loading.js";

export type {
  BackupOptions,
  BackupSet,
  DatabaseDirs,
  ReadFileOptions,
  RestoreOptions,
} from "../operations/offline/options.js";
export type { DatabaseKind } from "../records/kinds.js";
export type {
  BackupReport,
  InspectReport,
  OnProgress,
  Progress,
  RestoreMode,
  RestoreReport,
  VerifyReport,
} from "../records/reports.js";

type Core = typeof import("../engine/lmdb/compact.js") &
  typeof import("../operations/offline/salvage.js") &
  typeof import("../operations/offline/verify.js");

export async function backupDirectories(options: BackupOptions): Promise<BackupReport> {
  await tryAll(options.dirs);
  const { backupDirectories: backup } = await import("../operations/offline/backup.js");
  return backup(options, await engine());
}

export async function restoreDirectories(options: RestoreOptions): Promise<RestoreReport> {
  await startZstd();
  await tryAll(options.dirs);
  const { restoreDirectories: restore } = await import("../operations/offline/restore.js");
  return restore(options, await engine());
}

export type { UndoOptions } from "../operations/offline/undo.js";
export type { UndoBounds } from "../operations/restore/undo-bounds.js";
export { undoBounds } from "../operations/restore/undo-bounds.js";

/** Takes a restore back. */
export async function undoDirectories(options: UndoOptions): Promise<UndoReport> {
  await startZstd();
  await tryAll(options.dirs);
  const { undoDirectories: undo } = await import("../operations/offline/undo.js");
  return undo(options, await engine());
}

/** The restores that databases remember, newest first. */
export async function restoreHistory(dirs: DatabaseDirs): Promise<RestoreRun[]> {
  await tryAll(dirs);
  const { restoreHistory: history } = await import("../operations/offline/undo.js");
  return history(dirs, await engine());
}

export const verifyPath: Core["verifyPath"] = async (...given) => {
  await startZstd();
  return (await import("../operations/offline/verify.js")).verifyPath(...given);
};

export const inspectFile: Core["inspectFile"] = async (...given) => {
  await startZstd();
  return (await import("../operations/offline/verify.js")).inspectFile(...given);
};

/** Saves the sound blocks of copies of a damaged snapshot. */
export const salvageSnapshots: Core["salvageSnapshots"] = async (options) => {
  await startZstd();
  return (await import("../operations/offline/salvage.js")).salvageSnapshots(options);
};

/** Saves the sound records of damaged databases, without LMDB. */
export async function salvageDatabases(
  options: DatabaseSalvageOptions,
): Promise<DatabasesSalvaged> {
  await startZstd();
  const { openDamaged } = await import("../engine/lmdb/salvage/damaged-database.js");
  const { salvageDatabases: salvage } = await import("../operations/offline/salvage-database.js");
  return salvage(options, openDamaged);
}

/** Compacts databases that no other process has open. Afterwards each has no free pages. */
export const compactDatabases: Core["compactDatabases"] = async (options) => {
  const { tryOpening } = await import("../engine/lmdb/try-opening.js");
  await tryOpening(options.databases.map((place) => ({ ...place, mode: "read" })));
  return (await import("../engine/lmdb/compact.js")).compactDatabases(options);
};
