// Procedures whose body or answer is a stream: what they take and give, and what does the work behind
// backup and restore.

import type { Readable } from "node:stream";
import type { z } from "zod";
import type { OnlineRestoreReport } from "../operations/online/apply.js";
import type { OnlineSetReport } from "../operations/online/restore-set.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { CompactedDatabase, OnProgress, RestoreMode } from "../records/reports.js";
import type { Caller } from "./context.js";
import type { Credentials } from "./credentials.js";

/** Marks such a procedure. */
export type Transfer =
  | {
      kind: "download";
      /** Of the answer. */
      contentType: string;
      /** Of the same answer, for whoever asks for that: some generators of clients know only a few types. */
      alsoAs?: string;
      /** What the document says of the answer; a file of bytes if absent. */
      answer?: z.ZodType;
      /** Which backup it is, for the audit log and the metrics. */
      backup?: DatabaseKind | "all";
    }
  | {
      kind: "upload";
      /** The name of the one file part. */
      field: string;
      /** Which restore it is, for the audit log and the metrics. */
      restore: DatabaseKind | "all";
    };

/** What a download procedure returns: nothing has begun yet. */
export interface Download {
  /** Known beforehand: all that a HEAD request learns. */
  headers: Record<string, string>;
  /** Begins. Its first chunk is waited for before the answer's head is sent, so an early failure is still an answer. */
  start(signal: AbortSignal): Promise<Started>;
  /** Send the head at once: for events that may be long in coming. */
  immediate?: boolean;
}

export interface Started {
  /** More headers, known now. */
  headers?: Record<string, string>;
  stream: AsyncIterable<Uint8Array>;
  /** What the audit log says of it, once it was sent: which snapshot, how many records. */
  facts?: () => Record<string, unknown>;
}

/** What an upload procedure is given in its input. */
export interface Upload {
  /** The file's bytes. Ends only after the whole request was well-formed; fails if it wasn't. */
  stream: Readable;
  /** Bytes of the whole request, where the client said. */
  requestBytes: number | undefined;
}

export interface BackupRequest {
  /** Who asks. */
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
  /** Takes what was salvaged from a damaged snapshot. */
  salvaged: boolean;
  /** What is restored, one item each; all if absent. */
  select?: string[] | undefined;
  /** The caller as they are now: an upload takes its time. Throws once they may not do this any more. */
  authorizeAgain(): Promise<Caller>;
  /** Who asks. */
  user: string;
  /** What the caller came with. */
  credentials: Credentials | undefined;
  /** Told how far it is, once the upload is there. */
  onProgress?: OnProgress | undefined;
  signal: AbortSignal;
}

/** What stands behind the backup and restore procedures. */
export interface Transfers {
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
  /** Rewrites a database without what it doesn't need any more. */
  compact(
    database: DatabaseKind,
    options: Pick<RestoreOptions, "user" | "signal">,
  ): Promise<CompactedDatabase>;
}
