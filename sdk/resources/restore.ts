// client.restore

import type { Caller, CallOptions } from "../call.js";
import { demandKnown, namesOf } from "../known-options.js";
import type { components } from "../schema.js";
import type { Database, TransferProgress } from "../types.js";

type Schemas = components["schemas"];

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
  /** Goes on although nobody who may administer is left. */
  allowNoAdmin?: boolean | undefined;
  /** Milliseconds until the answer, once all has been sent; an hour unless given. */
  answerTimeout?: number | undefined;
  /** Told as bytes are sent. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** Of one kind of record. @example `const counts: RestoreCounts | undefined = report.kinds.entry` */
export type RestoreCounts = Schemas["RestoreCounts"];
/** What a restore changes about who may do what. @example `const access: AccessReport | undefined = report.access` */
export type AccessReport = Schemas["AccessReport"];
/** What a restore did, or would do. @example `const report: RestoreReport = await client.restore.logs("log.db")` */
export type RestoreReport = Schemas["RestoreReport"];

/** Bringing snapshots back. Only in Node. @example `await client.restore.logs("log.db", { dryRun: true })` */
export interface Restore {
  /** Users, roles, tokens. @throws SnapshotRefusedError, ConflictError with the `report` if access would change and that isn't allowed @example `await client.restore.auth("auth.db")` */
  auth(source: RestoreSource, options?: RestoreOptions): Promise<RestoreReport>;
  /** Pipelines, transformers, alerts. @throws SnapshotRefusedError, ConflictError while another is under way, … @example `await client.restore.config("config.db", { mode: "replace" })` */
  config(source: RestoreSource, options?: RestoreOptions): Promise<RestoreReport>;
  /** Streams and their entries. @throws SnapshotRefusedError, TooLargeError, DiskFullError, … @example `await client.restore.logs(createReadStream("log.db"))` */
  logs(source: RestoreSource, options?: RestoreOptions): Promise<RestoreReport>;
}

const OPTIONS = namesOf<RestoreOptions>({
  mode: true,
  dryRun: true,
  allowAccessChange: true,
  allowNoAdmin: true,
  answerTimeout: true,
  onProgress: true,
  signal: true,
  timeout: true,
});

export function restoreOf(caller: Caller): Restore {
  const of = (database: Database) => async (source: RestoreSource, options?: RestoreOptions) => {
    demandKnown(options ?? {}, OPTIONS);
    // node's modules come only with this: the JSON part works without them
    const { upload } = await import("../node/upload.js");
    return await upload(caller, { database, source, options: options ?? {} });
  };
  return { auth: of("auth"), config: of("config"), logs: of("logs") };
}
