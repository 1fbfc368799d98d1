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
import type {
  BackupReport,
  InspectReport,
  OnProgress,
  RestoreMode,
  RestoreReport,
  VerifyReport,
} from "./reports.js";

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

/** Writes `auth.db`, `config.db` and `log.db`, all of one instant, each verified before it gets its name. */
export type BackupDirectories = (options: BackupOptions) => Promise<BackupReport>;
/** Reads them back, after verifying every one. */
export type RestoreDirectories = (options: RestoreOptions) => Promise<RestoreReport>;
/** Checks a file, or each snapshot in a directory. */
export type VerifyPath = (path: string, options?: ReadFileOptions) => Promise<VerifyReport[]>;
/** Looks into a file. */
export type InspectFile = (path: string, options?: ReadFileOptions) => Promise<InspectReport>;
