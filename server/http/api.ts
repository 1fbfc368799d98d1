// The API over HTTP: finds the procedure, gives it its context, and sends what it gives or throws.

import type { IncomingMessage, ServerResponse } from "node:http";
import { callTRPCProcedure } from "@trpc/server";
import type { Request } from "express";
import type { Context, Services } from "../api/context.js";
import { parseAuthorization } from "../api/credentials.js";
import { appRouter } from "../api/router.js";
import type { Download, Transfer, Upload } from "../api/transfer.js";
import { FlowgError } from "../errors.js";
import { TransferAudit, type TransferMetrics } from "./audit.js";
import { sendDownload } from "./download.js";
import type { Exchange } from "./exchange.js";
import { readInput } from "./input.js";
import { callJson } from "./json.js";
import { findRoute, type Match } from "./route.js";

export interface ApiOptions {
  services: Services;
  metrics: TransferMetrics;
  /** Bytes of an uploaded file; no limit if absent. */
  maxUpload: number | undefined;
  /** A client that moves no byte of a transfer for so long is cut off. */
  stallMs: number;
  /** Bytes a second that it must move at least, over such a time. */
  minRate: number;
}

/** Answers a request whose path is under the API's. Never throws. */
export async function answerApi(exchange: Exchange, options: ApiOptions): Promise<void> {
  const { request, response } = exchange;
  try {
    const match = matchRoute(request.method ?? "", exchange.path);
    if (match.route.meta.transfer === undefined) {
      const context = contextOf(exchange, match, options);
      sendJson(response, await callJson(match.route, context));
    } else {
      await transfer(exchange, match, options);
    }
  } catch (error) {
    exchange.fail(error);
  }
}

/** @throws NOT_FOUND, METHOD_NOT_ALLOWED */
function matchRoute(method: string, path: string): Match {
  const found = findRoute(method, path);
  if (found === undefined) {
    throw new FlowgError("NOT_FOUND", "there is no such path", {
      hint: "all paths are described at /api/docs",
    });
  }
  if ("route" in found) return found;
  throw new FlowgError("METHOD_NOT_ALLOWED", `${method} is not allowed here`, {
    hint: `use ${found.allow.join(" or ")}`,
    details: { allow: found.allow },
  });
}

function contextOf(
  exchange: Exchange,
  match: Match,
  {
    services,
    maxUpload,
    stallMs,
    minRate,
    onBytes,
  }: ApiOptions & { onBytes?: (bytes: number) => void },
): Context {
  const { request, response, address, signal } = exchange;
  const limits = { maxBytes: maxUpload, stallMs, minRate, ...(onBytes && { onBytes }) };
  return {
    services,
    credentials: parseAuthorization(request.headers.authorization),
    address,
    signal,
    readInput: () => readInput(request, response, { match, limits }),
    audit: ({ action, ...event }) => {
      const { caller } = exchange;
      exchange.log.info({ audit: true, action, user: caller?.user, address, ...event }, action);
    },
    onCaller: (caller) => {
      exchange.caller = caller;
    },
  };
}

/** A procedure that takes or gives a stream. */
async function transfer(exchange: Exchange, match: Match, options: ApiOptions): Promise<void> {
  const { request, response, signal } = exchange;
  const { route } = match;
  const { transfer } = route.meta as { transfer: Transfer };
  const audit = new TransferAudit(exchange, transfer, options.metrics);
  const onBytes = audit.count;
  const context = contextOf(exchange, match, { ...options, onBytes });
  try {
    const result = await call(match, context);
    if (transfer.kind === "download") {
      const contentType = contentTypeFor(request, transfer);
      const { stallMs, minRate } = options;
      const download = result as Download;
      exchange.isEndless = download.immediate ?? false;
      const sending = { download, contentType, signal, stallMs, minRate, onBytes };
      const sent = await sendDownload(request, response, sending);
      if (sent) audit.done(sent.facts?.() ?? {});
    } else {
      sendJson(response, JSON.stringify(result));
      audit.done({ answer: result });
    }
  } catch (error) {
    audit.failed(error);
    throw error;
  }
}

/** An `Accept` that names neither is no reason to refuse a backup. */
function contentTypeFor(
  request: IncomingMessage,
  { contentType, alsoAs }: Extract<Transfer, { kind: "download" }>,
): string {
  if (alsoAs === undefined) return contentType;
  // express has made the request one of its own
  return (request as Request).accepts([contentType, alsoAs]) || contentType;
}

async function call({ route }: Match, context: Context): Promise<unknown> {
  let upload: Upload | undefined;
  const getRawInput = async () => {
    const input = await context.readInput?.();
    upload = input?.backup as Upload | undefined;
    return input;
  };
  try {
    return await callTRPCProcedure({
      router: appRouter,
      path: route.procedure,
      type: route.type,
      ctx: { ...context, readInput: undefined },
      getRawInput,
      signal: context.signal,
      batchIndex: 0,
    });
  } finally {
    // whatever was not read is not wanted any more
    upload?.stream.destroy();
  }
}

function sendJson(response: ServerResponse, json: string): void {
  const body = Buffer.from(`${json}\n`);
  response.statusCode = 200;
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Content-Length", body.length);
  response.setHeader("Cache-Control", "no-store");
  response.end(body);
}
