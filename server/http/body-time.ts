// How long a request's body may take to come, whether or not anything reads it: the documentation, the management server, a GET
// with a body. Node's own limit would also hold for uploads, which may take hours and have limits of their own.

import type { IncomingMessage, ServerResponse } from "node:http";
import { isBodyPending } from "./error-answer.js";

const BODY_MS = 60_000;
/** After the answer, what still comes is read and dropped for so long, so that the client sees the answer. */
const AFTER_ANSWER_MS = 10_000;

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** The first thing to call for each request. */
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

/** Lifts the limit for an upload, whose least rate bounds it. */
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
