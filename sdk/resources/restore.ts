// client.restore

import { type Caller, type CallOptions, take } from "../call.js";
import { InputError } from "../errors.js";
import { demandKnown, namesOf } from "../known-options.js";
import { isUnsent } from "../network-fault.js";
import type { components } from "../schema.js";
import type { Database, TransferProgress } from "../types.js";
import { uncertain } from "../uncertain.js";

type Schemas = components["schemas"];

/**
 * A source to restore from. A text is always a path. Only a path, a Blob and bytes have a length that is known beforehand;
 * other sources are sent in chunks.
 * @example `const source: RestoreSource = "./backup/log.db"`
 */
export type RestoreSource =
  | string
  | URL
  | Blob
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/**
 * Tells how far a server is with a restore. It imports a file of FlowG's own, verifies, and restores; then it puts all of it
 * on the disk, and how far that is nobody knows.
 * @example `client.restore.logs("log.db", { onServerProgress: ({ phase, bytes, totalBytes }) => show(phase, bytes, totalBytes) })`
 */
export interface ServerProgress {
  /** Which database it is about. */
  database: Database;
  /** The stage of the work. */
  phase: "importing" | "verifying" | "restoring" | "finishing";
  /** Records done so far. */
  records: number;
  /** All of them, where that is known. */
  totalRecords?: number | undefined;
  /** Bytes of the file done so far. */
  bytes: number;
  /** All of them, where that is known. */
  totalBytes?: number | undefined;
}

/** How far a restore of all three is. @example `client.restore.all("backup.tar", { onProgress: ({ bytes }: SetRestoreProgress) => show(bytes) })` */
export interface SetRestoreProgress {
  /** Bytes of the tar sent so far. */
  bytes: number;
  /** All of them, where that is known. */
  totalBytes?: number | undefined;
}

/** How to restore all three. @example `const options: SetRestoreOptions = { mode: "replace" }` */
export interface SetRestoreOptions extends Omit<RestoreOptions, "onProgress"> {
  /** Told as bytes are sent. */
  onProgress?: ((progress: SetRestoreProgress) => void) | undefined;
}

/** How to restore. @example `const options: RestoreOptions = { dryRun: true }` */
export interface RestoreOptions extends CallOptions {
  /** `merge` (unless given) keeps what only the database has, `replace` removes it. */
  mode?: "merge" | "replace" | undefined;
  /** Reports what would change, and changes nothing. */
  dryRun?: boolean | undefined;
  /** Goes on although somebody gains access, or is locked out. */
  allowAccessChange?: boolean | undefined;
  /** Goes on although nobody who may administer is left. */
  allowNoAdmin?: boolean | undefined;
  /** Takes a snapshot that was salvaged from a damaged one; only in mode `merge`. */
  salvaged?: boolean | undefined;
  /**
   * Restores only this, and changes nothing else: `user=NAME`, `role=NAME`, `transformer=NAME`, `pipeline=NAME`, `alert=NAME`,
   * `stream=NAME`, or `stream=NAME,from=TIME,to=TIME` with RFC 3339 times or dates: entries from `from` on, before `to`. A comma
   * in a name is written as `\,`.
   */
  select?: readonly string[] | undefined;
  /** Keeps what is changed, so that `undo` can take it back; `true` unless given. */
  undo?: boolean | undefined;
  /** Milliseconds until the answer, once all has been sent; an hour unless given. */
  answerTimeout?: number | undefined;
  /** Told as bytes are sent. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Told how far the server is, once it has all of them. One that is too old says nothing. */
  onServerProgress?: ((progress: ServerProgress) => void) | undefined;
}

/** Of one kind of record. @example `const counts: RestoreCounts | undefined = report.kinds.entry` */
export type RestoreCounts = Schemas["RestoreCounts"];
/** The permissions that a restore changes. @example `const access: AccessReport | undefined = report.access` */
export type AccessReport = Schemas["AccessReport"];
/** What a restore did, or would do. @example `const report: RestoreReport = await client.restore.logs("log.db")` */
export type RestoreReport = Schemas["RestoreReport"];

/** What a restore of all three did, or would do. @example `const { databases }: SetRestoreReport = await client.restore.all("backup.tar")` */
export type SetRestoreReport = Schemas["RestoreSetReport"];

/** A restore that has changed databases. @example `const [newest]: RestoreRun[] = await client.restore.list()` */
export type RestoreRun = Schemas["RestoreRun"];
/** What taking a restore back did, or would do. @example `const report: UndoReport = await client.restore.undo()` */
export type UndoReport = Schemas["UndoReport"];

/** How to take a restore back. @example `const options: UndoOptions = { dryRun: true }` */
export interface UndoOptions extends CallOptions {
  /** The restore; the newest that was not taken back, unless given. */
  run?: string | undefined;
  /** Reports what would change, and changes nothing. */
  dryRun?: boolean | undefined;
  /** Puts back also what somebody has changed after the restore. */
  overwriteChanged?: boolean | undefined;
  /** Goes on although somebody gains access, or is locked out. */
  allowAccessChange?: boolean | undefined;
  /** Goes on although nobody who may administer is left. */
  allowNoAdmin?: boolean | undefined;
  /** Keeps what takes the undo back itself; `true` unless given. */
  undo?: boolean | undefined;
}

/** Bringing snapshots back. Only in Node. @example `await client.restore.logs("log.db", { dryRun: true })` */
export interface Restore {
  /** Users, roles, tokens. @throws SnapshotRefusedError, ConflictError with the `report` if access would change and that isn't allowed @example `await client.restore.auth("auth.db")` */
  auth(source: RestoreSource, options?: RestoreOptions): Promise<RestoreReport>;
  /** Pipelines, transformers, alerts. @throws SnapshotRefusedError, ConflictError while another is under way, … @example `await client.restore.config("config.db", { mode: "replace" })` */
  config(source: RestoreSource, options?: RestoreOptions): Promise<RestoreReport>;
  /** Streams and their entries. @throws SnapshotRefusedError, TooLargeError, DiskFullError, … @example `await client.restore.logs(createReadStream("log.db"))` */
  logs(source: RestoreSource, options?: RestoreOptions): Promise<RestoreReport>;
  /**
   * All three, from the tar of a backup or from the directory that `client.backup.all` has filled. The server checks all of
   * them before the first database changes. Where it fails between two, the error's `details.restored` and
   * `details.notRestored` say how far it came: call it again to complete it.
   * @throws SnapshotRefusedError, ConflictError with the `report` of auth if access would change and that isn't allowed, NotFoundError from a server that is too old for it
   * @example `const { databases } = await client.restore.all("/srv/backup/monday", { dryRun: true })`
   */
  all(source: RestoreSource, options?: SetRestoreOptions): Promise<SetRestoreReport>;
  /** The restores that have changed the databases, newest first. @example `const [newest] = await client.restore.list()` */
  list(options?: CallOptions): Promise<RestoreRun[]>;
  /**
   * Takes a restore back, in all its databases. What came in after it stays, and so does what somebody has changed since. It
   * may take as long as the restore, and waits an hour unless `timeout` says otherwise. Works in browsers, too.
   * @throws NotFoundError, SnapshotRefusedError where what was kept is damaged, ConflictError with the `report` of auth if access would change and that isn't allowed
   * @example `const { databases } = await client.restore.undo({ dryRun: true })`
   */
  undo(options?: UndoOptions): Promise<UndoReport>;
}

const OPTIONS = namesOf<RestoreOptions>({
  mode: true,
  dryRun: true,
  allowAccessChange: true,
  allowNoAdmin: true,
  salvaged: true,
  select: true,
  undo: true,
  answerTimeout: true,
  onProgress: true,
  onServerProgress: true,
  signal: true,
  timeout: true,
});

const UNDO_OPTIONS = namesOf<UndoOptions>({
  run: true,
  dryRun: true,
  overwriteChanged: true,
  allowAccessChange: true,
  allowNoAdmin: true,
  undo: true,
  signal: true,
  timeout: true,
});

const PATIENCE_MS = 3_600_000;
const UNDONE_PERHAPS = "it may have been taken back all the same: see the list of restores";

/** A text in place of a list would be taken letter by letter. */
function demandList(select: unknown): void {
  const isList = Array.isArray(select) && select.every((item) => typeof item === "string");
  if (select === undefined || isList) return;
  throw new InputError("select must be a list of texts", {
    hint: 'for example, select: ["user=alice"]',
  });
}

export function restoreOf(caller: Caller): Restore {
  const of = (database: Database) => async (source: RestoreSource, options?: RestoreOptions) => {
    demandKnown(options ?? {}, OPTIONS);
    demandList(options?.select);
    // node's modules come only with this: the JSON part works without them
    const { upload } = await import("../node/upload.js");
    const { onProgress, ...how } = options ?? {};
    return await upload<RestoreReport>(caller, {
      database,
      source,
      options: { ...how, onProgress: (progress) => onProgress?.({ database, ...progress }) },
    });
  };
  return {
    auth: of("auth"),
    config: of("config"),
    logs: of("logs"),
    all: async (source, options) => {
      demandKnown(options ?? {}, OPTIONS);
      demandList(options?.select);
      const { upload } = await import("../node/upload.js");
      return await upload<SetRestoreReport>(caller, {
        database: "all",
        source,
        options: options ?? {},
      });
    },
    list: async (options) =>
      (await take(caller.api.GET("/api/v1/restores", caller.with(options)))).restores,
    undo: async (options = {}) => {
      demandKnown(options, UNDO_OPTIONS);
      const { signal, timeout = PATIENCE_MS, ...given } = options;
      // what is undefined is left out of JSON
      const body = given as { [Name in keyof typeof given]?: NonNullable<(typeof given)[Name]> };
      const call = { ...caller.with({ signal, timeout }), body };
      const answer = take(caller.api.POST("/api/v1/restore/undo", call)).catch((error) => {
        throw given.dryRun || isUnsent(error) ? error : uncertain(error, UNDONE_PERHAPS);
      });
      return (await answer).report;
    },
  };
}
