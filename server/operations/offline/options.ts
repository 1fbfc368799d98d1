// The options of commands that work on directories.

import type { Source } from "../../formats/sources/source.js";
import type { KeyRange } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { OnProgress, RestoreMode } from "../../records/reports.js";
import type { BackupFile } from "../restore/backup-files.js";
import type { UndoBounds } from "../restore/undo-wishes.js";

/** The directories of the three databases. */
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

/** A restore reads its databases from this. */
export interface BackupSet {
  /**
   * Those of these databases, in this order.
   * @throws FILE_UNAVAILABLE, NOT_FOUND if one is missing
   */
  find(kinds: readonly DatabaseKind[]): Promise<{ files: BackupFile[]; notes: string[] }>;
  /** @param ranges what is needed of it, if not all */
  open(file: BackupFile, ranges?: readonly KeyRange[]): Promise<Source>;
}

export interface RestoreOptions {
  dirs: DatabaseDirs;
  backupDir: string;
  /** A snapshot of a repository, in place of the files of `backupDir`. */
  from?: BackupSet | undefined;
  mode: RestoreMode;
  dryRun: boolean;
  /** Which databases; all three unless said otherwise. */
  only?: readonly DatabaseKind[] | undefined;
  /** What is restored, one item each; all of the databases unless said otherwise. */
  select?: readonly string[] | undefined;
  /** Keeps the files of a damaged database under another name, and restores into a new one. */
  replaceDamaged?: boolean | undefined;
  /** Goes on although no user, no role, or nobody who may administer is left; refused otherwise. */
  allowNoAdmin?: boolean | undefined;
  /** Leaves databases that have records as they are. */
  ifEmpty?: boolean | undefined;
  /** Takes what was salvaged from a damaged snapshot; refused otherwise. */
  salvaged?: boolean | undefined;
  /** How what takes it back is kept; it isn't if absent. */
  undo?: UndoBounds | undefined;
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
