// What procedures take and give whose body or answer isn't JSON.

import type { Readable } from "node:stream";
import type { z } from "zod";
import type { DatabaseKind } from "../records/kinds.js";

/** Marks a procedure whose body or answer isn't JSON. */
export type RawBody =
  | {
      kind: "download";
      /** The answer's type. */
      contentType: string;
      /**
       * Another type of the same answer, for clients that ask for it, since some generators of clients know only a few types.
       */
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
  /** Headers that are known beforehand. A HEAD request gets only these. */
  headers: Record<string, string>;
  /**
   * Begins. The server waits for the first chunk before it sends the answer's head, so that an early failure can still be
   * answered.
   */
  start(signal: AbortSignal): Promise<Started>;
  /** Sends the head at once, for events that may be long in coming. */
  immediate?: boolean;
}

export interface Started {
  /** More headers, known now. */
  headers?: Record<string, string>;
  stream: AsyncIterable<Uint8Array>;
  /** Facts for the audit log, once all is sent: which snapshot, how many records. */
  facts?: () => Record<string, unknown>;
}

/** An upload procedure gets this in its input. */
export interface Upload {
  /** The file's bytes. They end only if the whole request is well-formed, and fail otherwise. */
  stream: Readable;
  /** The bytes of the whole request, where the client said it. */
  requestBytes: number | undefined;
}
