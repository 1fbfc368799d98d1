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

import type { DatabaseKind } from "./database/kinds.js";
import type { OnProgress, RestoreMode } from "./reports.js";

/** Where the three databases are. */
export type DatabaseDirs = Record<DatabaseKind, string>;

export interface BackupOptions {
  dirs: DatabaseDirs;
  backupDir: string;
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
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface ReadFileOptions {
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

// What `flowg admin role|user|token` works with.
export { type AuthStore, openAuthStore } from "./auth/store.js";
export { backupDirectories } from "./backup/directory.js";
export { openDatabase } from "./database/open.js";
export { restoreDirectories } from "./restore/directory.js";
export { inspectFile, verifyPath } from "./restore/verify.js";
