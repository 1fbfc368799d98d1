// Sends a download. It waits for the first chunk, and then sends at the client's pace. A failure on the way cuts the
// connection.

import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { toFlowgError } from "../api/failure.js";
import type { Download, Started } from "../api/raw-bodies.js";
import { FlowgError } from "../platform/errors.js";
import { cut } from "./error-answer.js";
import { LeastRate } from "./least-rate.js";

export interface SendOptions {
  contentType: string;
  /** Aborts when the client goes away or the server stops. */
  signal: AbortSignal;
  /** A client that takes nothing for five times as long, in milliseconds, is cut off. */
  stallMs: number;
  /** Bytes a second that it must take over such a time. */
  minRate: number;
  /** Called with each chunk's size. */
  onBytes?: (bytes: number) => void;
}

/**
 * Sends a download to its end.
 * @returns the started download; undefined for HEAD
 * @throws what the download threw, the signal's reason, and CANCELLED for a client that stalls; `response` tells whether an
 * answer has begun
 */
export async function sendDownload(
  request: IncomingMessage,
  response: ServerResponse,
  { download, ...options }: SendOptions & { download: Download },
): Promise<Started | undefined> {
  const { contentType, signal, stallMs, minRate } = options;
  response.statusCode = 200;
  response.setHeader("Content-Type", contentType);
  setHeaders(response, download.headers);
  if (request.method === "HEAD") {
    response.end();
    return undefined;
  }
  if (download.immediate) response.flushHeaders();
  const started = await download.start(signal);
  const { headers, stream } = started;
  const chunks = stream[Symbol.asyncIterator]();
  let fault: unknown;
  const take = () =>
    chunks.next().catch((error) => {
      if (toFlowgError(error).code !== "CANCELLED") fault = error;
      throw error;
    });
  let next: IteratorResult<Uint8Array>;
  const windowMs = BUFFERED * stallMs;
  let why: string | undefined;
  const cutFor = (reason: string) => {
    why = `the client took ${reason} for ${windowMs / 1000} seconds`;
    cut(request, response);
  };
  const rate = new LeastRate({
    bytesPerSecond: minRate,
    windowMs,
    onSlow: () => cutFor(`fewer than ${minRate} bytes a second`),
    isWaiting: () => response.writableLength > 0,
  });
  try {
    next = await take();
    if (headers && !response.headersSent) setHeaders(response, headers);
    whenStalled(response, stallMs, () => cutFor("nothing"));
    for (; next.done !== true; next = await take()) {
      for (const piece of pieces(next.value, (minRate * windowMs) / 1000)) {
        signal.throwIfAborted();
        options.onBytes?.(piece.byteLength);
        if (!response.write(piece)) await once(response, "drain", { signal });
        rate.moved(piece.byteLength);
      }
    }
    await end(response, signal);
    return started;
  } catch (error) {
    // an end because the client left isn't a fault, but a failure at the same time is one
    if (!signal.aborted || error === fault) throw error;
    throw why === undefined ? signal.reason : new FlowgError("CANCELLED", why);
  } finally {
    rate.end();
    await chunks.return?.();
  }
}

/** The smallest piece, since smaller ones cost too much. */
const LEAST_PIECE_BYTES = 64 * 1024;

/**
 * Cuts a chunk into pieces. A piece counts only when all of it is taken, so a piece must be small enough for a client at the
 * least rate to be seen moving.
 */
function* pieces(chunk: Uint8Array, bytes: number): Generator<Uint8Array> {
  const size = bytes > 0 ? Math.max(LEAST_PIECE_BYTES, Math.floor(bytes / 2)) : chunk.byteLength;
  if (chunk.byteLength <= size) yield chunk;
  else for (let at = 0; at < chunk.byteLength; at += size) yield chunk.subarray(at, at + size);
}

async function end(response: ServerResponse, signal: AbortSignal): Promise<void> {
  response.end();
  if (!response.writableFinished) await once(response, "finish", { signal });
}

function setHeaders(response: ServerResponse, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/**
 * Downloads get this many times the usual patience: the kernel buffers some megabytes for a client, and the server sees nothing
 * while the client reads these. At ten kilobytes a second that takes five minutes.
 */
const BUFFERED = 5;

/**
 * Calls `onStall` when the client takes nothing. Node's idle timer runs while no byte moves, and also while the client waits
 * for the server, which isn't a stall. The timer first takes the last write for movement (net.js, _onTimeout) and fires in its
 * second period, so each period is half the time.
 */
function whenStalled(response: ServerResponse, stallMs: number, onStall: () => void): void {
  response.setTimeout((BUFFERED * stallMs) / 2, () => {
    if (response.writableLength > 0) onStall();
  });
}
