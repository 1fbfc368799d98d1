// The interface behind the procedures of backup, restore and compaction.

import type { OnlineRestoreReport } from "../operations/online/apply.js";
import type { OnlineSetReport } from "../operations/online/restore-set.js";
import type { OnlineUndoReport } from "../operations/online/undo.js";
import type { OpenedSnapshot } from "../operations/repository/open-snapshot.js";
import type { Scope } from "../records/auth/scopes.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { CompactedDatabase, OnProgress, RestoreMode, RestoreRun } from "../records/reports.js";
import type { Caller } from "./context.js";
import type { Credentials } from "./credentials.js";
import type { Started, Upload } from "./raw-bodies.js";

export interface BackupRequest {
  /** The asking user. */
  user: string;
  /** Aborts when the client goes away or the server stops. */
  signal: AbortSignal;
  /** Leaves out damaged records. */
  skipDamaged: boolean;
}

export interface RestoreOptions {
  mode: RestoreMode;
  dryRun: boolean;
  allowAccessChange: boolean;
  allowNoAdmin: boolean;
  /** Keeps undo files. */
  undo: boolean;
  /** Takes a salvaged snapshot. */
  salvaged: boolean;
  /** The items to restore; all if absent. */
  select?: string[] | undefined;
  /** Looks the caller up again, since an upload takes time. Throws if they may not do this any more. */
  authorizeAgain(): Promise<Caller>;
  /** The asking user. */
  user: string;
  /** The session or token of the caller. */
  credentials: Credentials | undefined;
  /** Called with the progress, once the upload is there. */
  onProgress?: OnProgress | undefined;
  signal: AbortSignal;
  /** Once one of several databases has changed, only this signal stops the restore. */
  lastSignal: AbortSignal;
}

export interface SnapshotRestoreOptions extends RestoreOptions {
  databases: readonly DatabaseKind[];
}

export interface UndoOptions
  extends Omit<RestoreOptions, "mode" | "select" | "salvaged" | "authorizeAgain"> {
  /** The restore to take back; if absent, the newest that wasn't taken back. */
  run?: string | undefined;
  /** Also takes back records that somebody has changed since. */
  overwriteChanged: boolean;
  /** Looks the caller up again, and demands these scopes. */
  authorizeFor(scopes: readonly Scope[]): Promise<Caller>;
}

export interface Administration {
  /** A snapshot of one database, or a tar of all three. */
  openBackup(what: DatabaseKind | "all", request: BackupRequest): Promise<Started>;
  /** Restores an upload. It reads the upload to its end before it changes anything. */
  restore(
    database: DatabaseKind,
    upload: Upload,
    options: RestoreOptions,
  ): Promise<OnlineRestoreReport>;
  /** Restores a tar of all three databases. */
  restoreSet(upload: Upload, options: RestoreOptions): Promise<OnlineSetReport>;
  /**
   * Reserves what a task needs: one of `--max-transfers`, and the databases that it restores.
   * @returns a function that gives them back
   * @throws BUSY, CONFLICT
   */
  reserve(user: string, restored: readonly DatabaseKind[]): () => void;
  /** Restores a snapshot of a repository. The caller must have reserved the databases. */
  restoreSnapshot(
    snapshot: OpenedSnapshot,
    options: SnapshotRestoreOptions,
  ): Promise<OnlineSetReport>;
  /** Takes a restore back. */
  undo(options: UndoOptions): Promise<OnlineUndoReport>;
  /** Lists restores, newest first. */
  history(): Promise<RestoreRun[]>;
  /** Rewrites a database without its free pages. */
  compact(
    database: DatabaseKind,
    options: Pick<RestoreOptions, "user" | "signal">,
  ): Promise<CompactedDatabase>;
}
