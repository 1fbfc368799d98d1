// One request and its answer: an id, a signal for when the client has gone, and a line in the log at the end.

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Caller } from "../api/context.js";
import { toFlowgError } from "../api/failure.js";
import { HTTP_STATUS } from "../api/status.js";
import { type ErrorCode, FlowgError } from "../platform/errors.js";
import type { AddressOf } from "./client-address.js";
import type { Conceal } from "./conceal.js";
import { type ErrorForm, sendError } from "./error-answer.js";
import { REQUEST } from "./log.js";
import type { ProgressAnswer } from "./progress-answer.js";

/** The ids that a client may give its request. They go into the log and into the answer. */
const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** Answers above 499 that aren't faults of this server. */
const EXPECTED: ReadonlySet<ErrorCode> = new Set([
  "NOT_IMPLEMENTED",
  "UPSTREAM_FAILED",
  "BUSY",
  // the log reports it once elsewhere
  "DATABASE_REPLACED",
]);

export class Exchange {
  readonly requestId: string;
  readonly address: string;
  /** The path without its query, since a filter may quote values that must not be logged. */
  readonly path: string;
  caller: Caller | undefined;
  /** The answer that reports progress, if the client asked for one. */
  progress: ProgressAnswer | undefined;
  /** The form of errors, where it isn't the API's. */
  errorForm: ErrorForm | undefined;
  /** The answer goes on until the client leaves. */
  isEndless = false;
  readonly #conceal: Conceal;
  #code: ErrorCode | undefined;
  readonly #log: Logger;
  #ownLog: Logger | undefined;
  /** Made when the first listener asks for it, since most requests end before. */
  #abort: AbortController | undefined;
  #stop: AbortController | undefined;
  readonly #start = performance.now();

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    { log, conceal, addressOf }: { log: Logger; conceal: Conceal; addressOf: AddressOf },
  ) {
    this.#conceal = conceal;
    const { "x-request-id": id, "x-correlation-id": flowgId } = request.headers;
    const given = id ?? flowgId;
    this.requestId = typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    this.address = addressOf(request);
    // a proxy may send the whole URL (RFC 9112 section 3.2.2)
    const url = request.url ?? "/";
    const target = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*/i, "");
    const query = target.indexOf("?");
    this.path = (query < 0 ? target : target.slice(0, query)) || "/";
    this.#log = log;
    response.setHeader("X-Request-Id", this.requestId);
    response.once("close", () => {
      if (!response.writableFinished) this.#leave("the client went away");
      this.#report();
    });
    // `close` handles a broken connection; without a listener an error would end the process
    response.on("error", () => {});
    request.on("error", () => {});
  }

  /** The request's logger: each of its lines names the request. */
  get log(): Logger {
    this.#ownLog ??= this.#log.child({ requestId: this.requestId });
    return this.#ownLog;
  }

  /** Aborts when the client goes away or the server stops. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  /** Aborts when the server stops. */
  get lastSignal(): AbortSignal {
    this.#stop ??= new AbortController();
    return this.#stop.signal;
  }

  /** @param why for the log; the first reason counts */
  abort(why: string): void {
    this.#leave(why);
    this.#stop ??= new AbortController();
    this.#stop.abort(new FlowgError("CANCELLED", why));
  }

  #leave(why: string): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(new FlowgError("CANCELLED", why));
  }

  /** Answers with an error. */
  fail(cause: unknown): void {
    const error = toFlowgError(cause);
    this.#code = error.code;
    if (HTTP_STATUS[error.code] >= 500 && !EXPECTED.has(error.code))
      this.log.error({ code: error.code, err: error.cause ?? error }, error.message);
    const told = this.#conceal(error);
    if (this.progress?.hasBegun) this.progress.fail(told);
    else {
      const { requestId, errorForm: form } = this;
      sendError(this.request, this.response, { error: told, requestId, form });
    }
  }

  #report(): void {
    const { request, response, caller } = this;
    this.#log.info(
      {
        requestId: this.requestId,
        method: request.method,
        path: this.path,
        status: response.writableFinished ? response.statusCode : 499,
        ms: Math.round(performance.now() - this.#start),
        code: this.#code,
        user: caller?.user,
        address: this.address,
      },
      REQUEST,
    );
  }
}
