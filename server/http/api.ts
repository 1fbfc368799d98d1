// Answers requests to the API: finds the procedure, calls it, and sends its result or its error.

import type { IncomingMessage, ServerResponse } from "node:http";
import { callProcedure } from "../api/call-procedure.js";
import type { Context, Services } from "../api/context.js";
import { parseAuthorization } from "../api/credentials.js";
import type { Download, RawBody, Upload } from "../api/raw-bodies.js";
import { EVENTS_TYPE } from "../api/server-sent-events.js";
import { FlowgError } from "../platform/errors.js";
import { nearName } from "../platform/messages/near-name.js";
import { acceptable } from "./acceptable.js";
import { TransferAudit, type TransferMetrics } from "./audit.js";
import { sendDownload } from "./download.js";
import { eventsDownload } from "./events.js";
import type { Exchange } from "./exchange.js";
import { readInput } from "./input.js";
import { ProgressAnswer } from "./progress-answer.js";
import { findRoute, type Match, ROUTES } from "./route.js";

export interface ApiOptions {
  services: Services;
  metrics: TransferMetrics;
  /** Bytes of an uploaded file; no limit if absent. */
  maxUpload: number | undefined;
  /** A client that moves no byte of a transfer for this many milliseconds is cut off. */
  stallMs: number;
  /** The least bytes a second that it must move over such a time. */
  minRate: number;
}

/** Answers a request whose path is under the API's. Never throws. */
export async function answerApi(exchange: Exchange, options: ApiOptions): Promise<void> {
  const { request, response } = exchange;
  try {
    const match = matchRoute(request.method ?? "", exchange.path);
    if (match.route.meta.rawBody === undefined) {
      sendJson(response, await call(exchange, match, options), match);
    } else {
      await moveBytes(exchange, match, options);
    }
  } catch (error) {
    exchange.fail(error);
  }
}

/** Paths to suggest for a mistyped one. Paths with names in them are never suggested. */
const PLAIN_PATHS = ROUTES.map(({ template }) => template).filter((path) => !path.includes("{"));

/** @throws NOT_FOUND, METHOD_NOT_ALLOWED */
function matchRoute(method: string, path: string): Match {
  const found = findRoute(method, path);
  if (found === undefined) {
    const meant = nearName(path, PLAIN_PATHS);
    const described = "all paths are described at /api/docs";
    throw new FlowgError("NOT_FOUND", "there is no such path", {
      hint: meant === undefined ? described : `did you mean ${meant}? ${described}`,
    });
  }
  if ("route" in found) return found;
  throw new FlowgError("METHOD_NOT_ALLOWED", `${method} is not allowed here`, {
    hint: `use ${found.allow.join(" or ")}`,
    details: { allow: found.allow },
  });
}

type Subscription = Parameters<typeof eventsDownload>[0];

type CallOptions = ApiOptions & { onBytes?: (bytes: number) => void };

/** Calls the procedure. The body is read only when the procedure asks for its input, after permissions are checked. */
export async function call(
  exchange: Exchange,
  match: Match,
  options: CallOptions,
): Promise<unknown> {
  const { request, response } = exchange;
  const { route } = match;
  const { maxUpload: maxBytes, stallMs, minRate, onBytes } = options;
  const limits = { maxBytes, stallMs, minRate, ...(onBytes && { onBytes }) };
  let reading: ReturnType<typeof readInput> | undefined;
  const getRawInput = () => {
    reading ??= readInput(request, response, { match, limits });
    return reading;
  };
  try {
    return await callProcedure(route.called, {
      path: route.procedure,
      type: route.type,
      ctx: contextOf(exchange, options.services),
      getRawInput,
    });
  } finally {
    // nobody wants the rest of the upload any more
    if (route.meta.rawBody?.kind === "upload") reading?.then(dropUpload, () => undefined);
  }
}

function dropUpload(input: Record<string, unknown>): void {
  (input.backup as Upload).stream.destroy();
}

export function contextOf(exchange: Exchange, services: Services): Context {
  const { request, address } = exchange;
  return {
    services,
    credentials: parseAuthorization(request.headers.authorization),
    onProgress: exchange.progress?.progress,
    address,
    get signal() {
      return exchange.signal;
    },
    get lastSignal() {
      return exchange.lastSignal;
    },
    audit: ({ action, ...event }) => {
      const { caller } = exchange;
      exchange.log.info({ audit: true, action, user: caller?.user, address, ...event }, action);
    },
    onCaller: (caller) => {
      exchange.caller = caller;
    },
  };
}

/** Calls a procedure that takes or gives a stream. */
async function moveBytes(exchange: Exchange, match: Match, options: ApiOptions): Promise<void> {
  const { request, response, signal } = exchange;
  const { route } = match;
  const { rawBody } = route.meta as { rawBody: RawBody };
  const audit = new TransferAudit(exchange, rawBody, options.metrics);
  const onBytes = audit.count;
  if (rawBody.kind === "upload" && ProgressAnswer.isWantedBy(request))
    exchange.progress = new ProgressAnswer(exchange);
  try {
    const result = await call(exchange, match, { ...options, onBytes });
    if (rawBody.kind !== "upload") {
      const isEvents = rawBody.kind === "events";
      const contentType = isEvents ? EVENTS_TYPE : contentTypeFor(request, rawBody);
      const { stallMs, minRate } = options;
      const download = isEvents ? eventsDownload(result as Subscription) : (result as Download);
      exchange.isEndless = isEvents || (download.immediate ?? false);
      const sending = { download, contentType, signal, stallMs, minRate, onBytes };
      const sent = await sendDownload(request, response, sending);
      if (sent) audit.done(sent.facts?.() ?? {});
    } else {
      if (exchange.progress) exchange.progress.done(result);
      else sendJson(response, result, match);
      audit.done({ answer: result });
    }
  } catch (error) {
    audit.failed(error);
    throw error;
  }
}

/** The type of a download. An `Accept` that names neither type doesn't refuse a backup. */
function contentTypeFor(
  request: IncomingMessage,
  { contentType, alsoAs }: Extract<RawBody, { kind: "download" }>,
): string {
  if (alsoAs === undefined) return contentType;
  return acceptable(request, [contentType, alsoAs]) || contentType;
}

function sendJson(response: ServerResponse, result: unknown, { route }: Match): void {
  // one text, which goes out with the head in one piece
  const body = `${JSON.stringify(result)}\n`;
  response.statusCode = route.meta.operation.status ?? 200;
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Content-Length", Buffer.byteLength(body));
  response.setHeader("Cache-Control", "no-store");
  response.end(body);
}
