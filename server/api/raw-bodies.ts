// Procedures whose body or answer is bytes and not JSON: what they take and give.

import type { Readable } from "node:stream";
import type { z } from "zod";
import type { DatabaseKind } from "../records/kinds.js";

/** Marks such a procedure. */
export type RawBody =
  | {
      kind: "download";
      /** The answer's type. */
      contentType: string;
      /** Another type for the same answer, for clients that ask for it: some generators of clients know only a few types. */
      alsoAs?: string;
      /** Describes the answer in the document; a file of bytes if absent. */
      answer?: z.ZodType;
      /** Which backup it is, for the audit log and the metrics. */
      backup?: DatabaseKind | "all";
    }
  | {
      /** The answer of a subscription: server-sent events. */
      kind: "events";
      /** Describes the answer in the document. */
      answer: z.ZodType;
    }
  | {
      kind: "upload";
      /** The name of the one file part. */
      field: string;
      /** Which restore it is, for the audit log and the metrics. */
      restore: DatabaseKind | "all";
    };

/** A download procedure returns this. Nothing has begun yet. */
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
  /** Facts for the audit log, once it was sent: which snapshot, how many records. */
  facts?: () => Record<string, unknown>;
}

/** An upload procedure gets this in its input. */
export interface Upload {
  /** The file's bytes. Ends only after the whole request was well-formed; fails if it wasn't. */
  stream: Readable;
  /** Bytes of the whole request, where the client said. */
  requestBytes: number | undefined;
}
