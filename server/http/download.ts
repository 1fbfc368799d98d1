// Sends what a download procedure opened: nothing before its first chunk is there, then at the client's pace. A failure on
// the way cuts the connection.

import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { toFlowgError } from "../api/failure.js";
import type { Download, Started } from "../api/transfer.js";
import { FlowgError } from "../errors.js";
import { cut } from "./error-answer.js";
import { LeastRate } from "./least-rate.js";

export interface SendOptions {
  contentType: string;
  /** Aborts when the client goes away or the server stops. */
  signal: AbortSignal;
  /** A client that takes nothing for five times as long is cut off. */
  stallMs: number;
  /** Bytes a second that it must take over such a time. */
  minRate: number;
  /** Told of each chunk's size. */
  onBytes?: (bytes: number) => void;
}

/**
 * Sends a download to its end.
 * @returns what was sent; nothing for HEAD
 * @throws what it threw, the signal's reason, and CANCELLED for a client that stalls; whether an answer has begun, `response` knows
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
  let isStalled = false;
  const onStall = () => {
    isStalled = true;
    cut(request, response);
  };
  const rate = new LeastRate({
    ...{ bytesPerSecond: minRate, windowMs: BUFFERED * stallMs, onSlow: onStall },
    isWaiting: () => response.writableLength > 0,
  });
  try {
    next = await take();
    if (headers && !response.headersSent) setHeaders(response, headers);
    whenStalled(response, stallMs, onStall);
    for (; next.done !== true; next = await take()) {
      signal.throwIfAborted();
      options.onBytes?.(next.value.byteLength);
      if (!response.write(next.value)) await once(response, "drain", { signal });
      rate.moved(next.value.byteLength);
    }
    await end(response, signal);
    return started;
  } catch (error) {
    // what ends because the client left is no fault; what fails while the client leaves still is
    if (!signal.aborted || error === fault) throw error;
    throw isStalled
      ? new FlowgError(
          "CANCELLED",
          `the client took nothing, or fewer than ${minRate} bytes a second, for ${(BUFFERED * stallMs) / 1000} seconds`,
        )
      : signal.reason;
  } finally {
    rate.end();
    await chunks.return?.();
  }
}

async function end(response: ServerResponse, signal: AbortSignal): Promise<void> {
  response.end();
  if (!response.writableFinished) await once(response, "finish", { signal });
}

function setHeaders(response: ServerResponse, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/**
 * How much longer than elsewhere nothing may move: the kernel takes some megabytes for a client, and tells us nothing while
 * these are read. At ten kilobytes a second that is five minutes.
 */
const BUFFERED = 5;

/**
 * Node's idle timer runs only while no byte moves; what waits for us, not for the client, is no stall. It first takes the
 * write that began the wait for movement (net.js, _onTimeout) and so fires in its second period: each is half the time.
 */
function whenStalled(response: ServerResponse, stallMs: number, onStall: () => void): void {
  response.setTimeout((BUFFERED * stallMs) / 2, () => {
    if (response.writableLength > 0) onStall();
  });
}
