// Reads a body, and expands a compressed one. The bound holds for the expanded bytes.

import type { IncomingMessage, ServerResponse } from "node:http";
import express from "express";
import { FlowgError } from "../platform/errors.js";
import { BODY_HINT, bodyTooLarge } from "./plain-body.js";

const makeReader = (limit: number) => express.raw({ limit, type: () => true, inflate: true });

/** The readers, one for each limit; there are few limits. */
const readers = new Map<number, ReturnType<typeof makeReader>>();

/**
 * Receives a body.
 * @throws INPUT_INVALID, INPUT_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, CANCELLED
 */
export function receiveInflated(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<Buffer> {
  const reader = readers.get(maxBytes) ?? makeReader(maxBytes);
  readers.set(maxBytes, reader);
  return new Promise((resolve, reject) => {
    const req = request as express.Request;
    reader(req, response as express.Response, (error?: unknown) => {
      if (error === undefined) resolve(Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));
      else reject(bodyError(error, maxBytes));
    });
  });
}

function bodyError(error: unknown, maxBytes: number): FlowgError {
  const { type, message } = error as { type?: string; message?: string };
  switch (type) {
    case "entity.too.large":
      return bodyTooLarge(maxBytes);
    case "request.aborted":
      return new FlowgError("CANCELLED", "the client went away", { cause: error });
    case "encoding.unsupported":
      return new FlowgError("MEDIA_TYPE_UNSUPPORTED", message ?? "", {
        cause: error,
        hint: BODY_HINT,
      });
    default:
      return new FlowgError("INPUT_INVALID", `the body cannot be read: ${message}`, {
        cause: error,
      });
  }
}
