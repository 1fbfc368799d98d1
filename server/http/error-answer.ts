// Sends errors as HTTP answers: in one JSON form, also to a client that is still sending its body.

import type { IncomingMessage, ServerResponse } from "node:http";
import { HTTP_STATUS } from "../api/status.js";
import type { FlowgError } from "../platform/errors.js";

/** The body of every error. */
export interface ErrorAnswer {
  success: false;
  code: string;
  message: string;
  hint?: string;
  /** What is wrong with the input, one by one. */
  issues?: unknown;
  /** Facts for programs: offsets, counts, missing scopes. */
  details?: Record<string, unknown>;
  requestId: string;
}

/** Writes an error in the form of another protocol. */
export type ErrorForm = (error: FlowgError) => {
  status: number;
  type: string;
  body: Buffer;
  /** The seconds for the header Retry-After, where the error itself names none. */
  retryAfterSeconds: number | undefined;
};

export function errorAnswer(error: FlowgError, requestId: string): ErrorAnswer {
  const { issues, ...details } = error.details;
  return {
    success: false,
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(issues === undefined ? {} : { issues }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
    requestId,
  };
}

/**
 * Answers with an error, or cuts the connection if an answer has already begun: a broken transfer is better than
 * one that looks whole.
 */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  {
    error,
    requestId,
    form,
  }: { error: FlowgError; requestId: string; form?: ErrorForm | undefined },
): void {
  // a client that left or stalled won't read an answer
  if (response.headersSent || response.destroyed || error.code === "CANCELLED") {
    cut(request, response);
    return;
  }
  for (const name of response.getHeaderNames()) {
    // headers of the download don't hold for its error
    if (/^(content-(type|disposition|length)|flowg-)/.test(name)) response.removeHeader(name);
  }
  const formed = form?.(error) ?? {
    status: HTTP_STATUS[error.code],
    type: "application/json",
    body: Buffer.from(`${JSON.stringify(errorAnswer(error, requestId))}\n`),
    retryAfterSeconds: undefined,
  };
  const { status, type, body } = formed;
  response.statusCode = status;
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", body.length);
  response.setHeader("Cache-Control", "no-store");
  if (error.code === "UNAUTHENTICATED") response.setHeader("WWW-Authenticate", "Bearer");
  const { retryAfterSeconds = formed.retryAfterSeconds, allow } = error.details;
  if (typeof retryAfterSeconds === "number") response.setHeader("Retry-After", retryAfterSeconds);
  if (Array.isArray(allow)) response.setHeader("Allow", allow.join(", "));
  if (isBodyPending(request)) sendWhileReceiving(request, response, body);
  else response.end(body);
}

/** Whether a part of the request's body is still to come. */
export function isBodyPending(request: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return !request.complete && (encoding !== undefined || Number(length ?? 0) > 0);
}

const DRAIN_BYTES = 64 * 1024 * 1024;
const DRAIN_MS = 10_000;

/**
 * Closing a socket with unread data resets it, and many clients then lose the answer (EPIPE, ECONNRESET). So the answer
 * goes out without its end, the rest of the body is read and dropped for a while, and only then the connection ends.
 */
function sendWhileReceiving(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  response.setHeader("Connection", "close");
  if (isAwaitingContinue(request)) {
    // the client waits for leave to send its body, so nothing is on its way
    response.end(body);
    return;
  }
  response.write(body);
  let dropped = 0;
  const finish = () => {
    clearTimeout(timer);
    request.off("data", count);
    response.end();
  };
  const count = (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > DRAIN_BYTES) finish();
  };
  const timer = setTimeout(finish, DRAIN_MS);
  request.removeAllListeners("data");
  request.on("data", count);
  request.once("end", finish);
  request.once("close", finish);
  request.on("error", () => {});
  request.resume();
}

/** Cuts a broken answer off, so that no client takes it for complete. */
export function cut(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = response;
  if (request.httpVersion === "1.0" && socket && !("encrypted" in socket)) {
    // HTTP/1.0 has no end mark, so an ordinary end of the connection would make a complete body. Not resetAndDestroy():
    // it ends the stream first, and a quick client would see just that (net.js, _reset and destroySoon).
    Object.assign(socket, { resetAndClosing: true });
  }
  response.destroy();
}

const AWAITING_CONTINUE = new WeakSet<IncomingMessage>();

/** Notes that the client sent `Expect: 100-continue` and waits for leave to send its body. */
export function markAwaitingContinue(request: IncomingMessage): void {
  AWAITING_CONTINUE.add(request);
}

function isAwaitingContinue(request: IncomingMessage): boolean {
  return AWAITING_CONTINUE.has(request);
}

/** Gives a waiting client leave to send its body. Call it when the body is wanted. */
export function acceptBody(request: IncomingMessage, response: ServerResponse): void {
  if (AWAITING_CONTINUE.delete(request)) response.writeContinue();
}
