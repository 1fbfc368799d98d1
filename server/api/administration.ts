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
  /** Goes on without what is damaged in the databases. */
  skipDamaged: boolean;
}

export interface RestoreOptions {
  mode: RestoreMode;
  dryRun: boolean;
  allowAccessChange: boolean;
  allowNoAdmin: boolean;
  /** Keeps what takes it back. */
  undo: boolean;
  /** Takes what was salvaged from a damaged snapshot. */
  salvaged: boolean;
  /** What is restored, one item each; all if absent. */
  select?: string[] | undefined;
  /** The caller as they are now: an upload takes its time. Throws once they may not do this any more. */
  authorizeAgain(): Promise<Caller>;
  /** The asking user. */
  user: string;
  /** The session or token of the caller. */
  credentials: Credentials | undefined;
  /** Told how far it is, once the upload is there. */
  onProgress?: OnProgress | undefined;
  signal: AbortSignal;
}

export interface SnapshotRestoreOptions extends RestoreOptions {
  databases: readonly DatabaseKind[];
  /** Aborts where a set must not be left half restored. */
  lastSignal: AbortSignal;
}

export interface UndoOptions
  extends Omit<RestoreOptions, "mode" | "select" | "salvaged" | "authorizeAgain"> {
  /** The restore that is taken back; the newest that was not, if absent. */
  run?: string | undefined;
  /** Takes back even what somebody has changed since. */
  overwriteChanged: boolean;
  /** The caller as they are now, who must hold these scopes. */
  authorizeFor(scopes: readonly Scope[]): Promise<Caller>;
}

export interface Administration {
  /** A snapshot of one database, or a tar of all three. */
  openBackup(what: DatabaseKind | "all", request: BackupRequest): Promise<Started>;
  /** Reads the upload to its end before it changes anything. Gives the report. */
  restore(
    database: DatabaseKind,
    upload: Upload,
    options: RestoreOptions,
  ): Promise<OnlineRestoreReport>;
  /** The same from a tar of all three databases. */
  restoreSet(upload: Upload, options: RestoreOptions): Promise<OnlineSetReport>;
  /**
   * Takes the places of work that goes on as a task: one of `--max-transfers`, and of a restore its databases.
   * @returns what gives them back @throws BUSY, CONFLICT
   */
  reserve(user: string, restored: readonly DatabaseKind[]): () => void;
  /** The same from a snapshot of a repository, under a reservation of the databases. */
  restoreSnapshot(
    snapshot: OpenedSnapshot,
    options: SnapshotRestoreOptions,
  ): Promise<OnlineSetReport>;
  /** Takes a restore back. */
  undo(options: UndoOptions): Promise<OnlineUndoReport>;
  /** Newest first. */
  history(): Promise<RestoreRun[]>;
  /** Rewrites a database without what it doesn't need any more. */
  compact(
    database: DatabaseKind,
    options: Pick<RestoreOptions, "user" | "signal">,
  ): Promise<CompactedDatabase>;
}
