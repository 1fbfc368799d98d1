// client.restore

import type { Caller, CallOptions } from "../call.js";
import type { Database, TransferProgress } from "../types.js";

/**
 * What can be restored from. A text is always a path. Only a path, a Blob and bytes have a length that is known
 * beforehand; other sources are sent in chunks.
 * @example `const source: RestoreSource = "./backup/log.db"`
 */
export type RestoreSource =
  | string
  | URL
  | Blob
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** How to restore. @example `const options: RestoreOptions = { dryRun: true }` */
export interface RestoreOptions extends CallOptions {
  /** `merge` (unless given) keeps what only the database has, `replace` removes it. */
  mode?: "merge" | "replace" | undefined;
  /** Reports what would change, and changes nothing. */
  dryRun?: boolean | undefined;
  /** Goes on although somebody gains access, or is locked out. */
  allowAccessChange?: boolean | undefined;
  /** Milliseconds until the answer, once all has been sent; an hour unless given. */
  answerTimeout?: number | undefined;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** Of one kind of record. @example `const { added }: RestoreCounts = report.kinds.entry` */
export interface RestoreCounts {
  added: number;
  overwritten: number;
  unchanged: number;
  /** In the database only, and left there. */
  kept: number;
  /** In the database only, and removed. */
  removed: number;
}

/** What a restore changes about who may do what. @example `if (report.access?.refusals.length) ask()` */
export interface AccessReport {
  changes: { user: string; gains: string[]; loses: string[] }[];
  usersBack: string[];
  usersGone: string[];
  tokensBack: { user: string; uuid: string }[];
  tokensGone: { user: string; uuid: string }[];
  /** Users that may administer afterwards. */
  administrators: number;
  caller: { user: string; stays: boolean; gains: string[] };
  /** Why it is refused unless access changes are allowed; empty if it isn't. */
  refusals: string[];
}

/** What a restore did, or would do. @example `const report: RestoreReport = await client.restore.logs("log.db")` */
export interface RestoreReport {
  database: Database;
  mode: "merge" | "replace";
  dryRun: boolean;
  /** What the file turned out to be. */
  format: "snapshot" | "flowg-badger" | "flowg-config-archive";
  /** When the snapshot was made; FlowG's own files don't say. */
  createdAt?: string;
  setId?: string;
  /** By kind of record: `role`, `user`, `entry`, … */
  kinds: Record<string, RestoreCounts>;
  warnings: string[];
  /** Of an auth restore. */
  access?: AccessReport;
  seconds: number;
}

/** Bringing snapshots back. Only in Node. @example `await client.restore.logs("log.db", { dryRun: true })` */
export interface Restore {
  /** @throws ConflictError with the `report`, if access would change and that isn't allowed @example `await client.restore.auth("auth.db")` */
  auth(source: RestoreSource, options?: RestoreOptions): Promise<RestoreReport>;
  /** @example `await client.restore.config("config.db", { mode: "replace" })` */
  config(source: RestoreSource, options?: RestoreOptions): Promise<RestoreReport>;
  /** @example `await client.restore.logs(createReadStream("log.db"))` */
  logs(source: RestoreSource, options?: RestoreOptions): Promise<RestoreReport>;
}

export function restoreOf(caller: Caller): Restore {
  const of = (database: Database) => async (source: RestoreSource, options?: RestoreOptions) => {
    // node's modules come only with this: the JSON part works without them
    const { upload } = await import("../node/upload.js");
    return await upload(caller, { database, source, options: options ?? {} });
  };
  return { auth: of("auth"), config: of("config"), logs: of("logs") };
}
