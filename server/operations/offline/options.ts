// The options of commands that work on directories.

import type { Source } from "../../formats/sources/source.js";
import type { KeyRange } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { OnProgress, RestoreMode } from "../../records/reports.js";
import type { AddressWarning } from "../alerts/address-warning.js";
import type { BackupFile } from "../restore/backup-files.js";
import type { UndoBounds } from "../restore/undo-bounds.js";

/** The directories of the three databases. */
export type DatabaseDirs = Record<DatabaseKind, string>;

export interface BackupOptions {
  dirs: DatabaseDirs;
  backupDir: string;
  /** Which databases; all three if absent. */
  only?: readonly DatabaseKind[] | undefined;
  /** Allows the files beside files of other databases that are of another instant. */
  allowMixed?: boolean | undefined;
  /** Allows it to replace an older backup that has far more records. */
  allowShrink?: boolean | undefined;
  /** Leaves out damaged records, and says which. */
  skipDamaged?: boolean | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** What a restore reads its databases from. */
export interface BackupSet {
  /**
   * Finds the files of these databases, in this order.
   * @throws FILE_UNAVAILABLE, NOT_FOUND if one is missing
   */
  find(kinds: readonly DatabaseKind[]): Promise<{ files: BackupFile[]; notes: string[] }>;
  /** @param ranges the keys that are needed; all if absent */
  open(file: BackupFile, ranges?: readonly KeyRange[]): Promise<Source>;
}

export interface RestoreOptions {
  dirs: DatabaseDirs;
  backupDir: string;
  /** A snapshot of a repository, in place of the files of `backupDir`. */
  from?: BackupSet | undefined;
  mode: RestoreMode;
  dryRun: boolean;
  /** Which databases; all three if absent. */
  only?: readonly DatabaseKind[] | undefined;
  /** The items to restore; everything in the databases if absent. */
  select?: readonly string[] | undefined;
  /** Keeps the files of a damaged database under another name, and restores into a new one. */
  replaceDamaged?: boolean | undefined;
  /** Goes on although no user, no role, or nobody who may administer is left; refused otherwise. */
  allowNoAdmin?: boolean | undefined;
  /** Leaves databases that have records as they are. */
  ifEmpty?: boolean | undefined;
  /** Takes a salvaged snapshot; refused otherwise. */
  salvaged?: boolean | undefined;
  /** How undo files are kept; none are kept if absent. */
  undo?: UndoBounds | undefined;
  /** Bytes of memory that large records may take; most of the free memory if absent. */
  maxMemory?: number | undefined;
  /** Says which restored alerts a server doesn't call. If absent, all that don't lead to public addresses. */
  addressWarning?: AddressWarning | undefined;
  /** Called with each database once it is restored; not in a dry run. */
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
