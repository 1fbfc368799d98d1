// Answers an upload with server-sent events, for a client that asks for them: events `progress` while the server works, then
// one `report` or `error` that holds the body of the ordinary answer. The events begin with the first progress. A fault before
// that gets an ordinary answer.

import type { IncomingMessage, ServerResponse } from "node:http";
import { EVENTS_TYPE, eventText, HEARTBEAT, HEARTBEAT_MS } from "../api/server-sent-events.js";
import { HTTP_STATUS } from "../api/status.js";
import type { FlowgError } from "../platform/errors.js";
import type { Progress } from "../records/reports.js";
import { acceptable } from "./acceptable.js";
import { cut, errorAnswer } from "./error-answer.js";

/** The least time between two reports of progress, short enough for a bar that moves. */
const PAUSE_MS = 250;

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: string;
}

export class ProgressAnswer {
  #last: { stage: string; at: number } | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(private readonly asked: Asked) {}

  /** Whether the client prefers this to JSON. */
  static isWantedBy(request: IncomingMessage): boolean {
    return acceptable(request, ["application/json", EVENTS_TYPE]) === EVENTS_TYPE;
  }

  get hasBegun(): boolean {
    return this.#last !== undefined;
  }

  readonly progress = (progress: Progress): void => {
    const { response } = this.asked;
    if (response.destroyed || response.writableEnded) return;
    const stage = `${progress.database} ${progress.phase}`;
    const at = performance.now();
    if (this.#last === undefined) this.#begin();
    else if (this.#last.stage === stage && at - this.#last.at < PAUSE_MS) return;
    this.#last = { stage, at };
    this.#send("progress", progress);
  };

  done(result: unknown): void {
    if (!this.hasBegun) this.#begin();
    this.#end("report", result);
  }

  /** Reports an error, after the events have begun. */
  fail(error: FlowgError): void {
    const { request, response, requestId } = this.asked;
    if (response.destroyed || error.code === "CANCELLED") {
      clearInterval(this.#heartbeat);
      cut(request, response);
    } else {
      this.#end("error", { ...errorAnswer(error, requestId), status: HTTP_STATUS[error.code] });
    }
  }

  #begin(): void {
    const { response } = this.asked;
    response.statusCode = 200;
    response.setHeader("Content-Type", EVENTS_TYPE);
    response.setHeader("Cache-Control", "no-store");
    // otherwise nginx holds events back until its buffer is full
    response.setHeader("X-Accel-Buffering", "no");
    this.#heartbeat = setInterval(() => response.write(HEARTBEAT), HEARTBEAT_MS);
    response.once("close", () => clearInterval(this.#heartbeat));
  }

  #send(event: string, data: unknown): void {
    this.asked.response.write(eventText(event, data));
  }

  #end(event: string, data: unknown): void {
    clearInterval(this.#heartbeat);
    this.asked.response.end(eventText(event, data));
  }
}
