// Bounds how long a request's body may take to arrive, even if nothing reads it. Node's own limit would also hold for uploads,
// which may take hours and have limits of their own.

import type { IncomingMessage, ServerResponse } from "node:http";
import { isBodyPending } from "./error-answer.js";

const BODY_MS = 60_000;
/** After the answer, the rest of the body is read and dropped for this long, so that the client sees the answer. */
const AFTER_ANSWER_MS = 10_000;

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** Call it first for each request. */
export function boundBodyTime(
  request: IncomingMessage,
  response: ServerResponse,
  { bodyMs = BODY_MS, afterAnswerMs = AFTER_ANSWER_MS }: Partial<BodyTimes> = {},
): void {
  if (!isBodyPending(request)) return;
  endAfter(request, bodyMs);
  response.once("finish", () => {
    if (!request.complete) endAfter(request, afterAnswerMs);
  });
  request.once("close", () => clearTimeout(timers.get(request)));
}

export interface BodyTimes {
  bodyMs: number;
  afterAnswerMs: number;
}

/** Lifts the limit for an upload, which has a least rate instead. */
export function allowLongBody(request: IncomingMessage): void {
  clearTimeout(timers.get(request));
}

function endAfter(request: IncomingMessage, ms: number): void {
  clearTimeout(timers.get(request));
  const timer = setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, ms);
  timers.set(request, timer.unref());
}
