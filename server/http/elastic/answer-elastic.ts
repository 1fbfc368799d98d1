// Answers shippers that speak to Elasticsearch, at the same path as later FlowGs: an index is a pipeline, a document is a log.
// The API's own procedures do the work, so the same permissions hold.

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { authenticate } from "../../api/authenticate.js";
import { callProcedure } from "../../api/call-procedure.js";
import type { Caller, Context } from "../../api/context.js";
import { toFlowgError } from "../../api/failure.js";
import { demand } from "../../api/trpc.js";
import type { LogFailure } from "../../operations/ingest/batch-failures.js";
import { FlowgError } from "../../platform/errors.js";
import { LogBatch } from "../../records/logs/log-batch.js";
import type { Fields } from "../../records/logs/written-fields.js";
import { type ApiOptions, contextOf } from "../api.js";
import { receiveBody } from "../body.js";
import type { Exchange } from "../exchange.js";
import { decodeParams, ROUTES, type Route } from "../route.js";
import { type BulkItem, parseBulk, parseDocument } from "./bulk-text.js";
import { elasticForm, HEALTH, INFO, itemError, LICENSE, REFRESHED } from "./elastic-answers.js";
import { ElasticLogin } from "./elastic-login.js";
import { ELASTIC_BASE, type ElasticCall, elasticCall } from "./elastic-paths.js";

export const isElastic = (path: string): boolean =>
  path === ELASTIC_BASE || path.startsWith(`${ELASTIC_BASE}/`);

const login = new ElasticLogin();

/** Answers a request. It never throws. */
export async function answerElastic(exchange: Exchange, options: ApiOptions): Promise<void> {
  const { request, response } = exchange;
  exchange.errorForm = elasticForm(exchange.requestId);
  response.setHeader("X-Elastic-Product", "Elasticsearch");
  try {
    const call = callOf(request, exchange.path);
    const { status = 200, body } = await carryOut(call, { exchange, options });
    const text = Buffer.from(`${JSON.stringify(body)}\n`);
    response.statusCode = status;
    response.setHeader("Content-Type", "application/json");
    response.setHeader("Content-Length", text.length);
    response.end(text);
  } catch (error) {
    exchange.fail(error);
  }
}

/**
 * Finds what the request asks for.
 * @throws NOT_FOUND, INPUT_INVALID
 */
function callOf({ method = "" }: IncomingMessage, path: string): ElasticCall {
  const parts = path.slice(ELASTIC_BASE.length + 1).split("/");
  const names = Object.values(decodeParams(Object.fromEntries(parts.entries())));
  const call = elasticCall(method, names);
  if (call !== undefined) return call;
  throw new FlowgError(
    "NOT_FOUND",
    `${method} isn't answered at this path of Elasticsearch's API`,
    {
      hint: "logs are taken at PIPELINE/_doc, _bulk and PIPELINE/_bulk",
    },
  );
}

interface Asked {
  exchange: Exchange;
  options: ApiOptions;
}

interface Answer {
  status?: number;
  body: object;
}

async function carryOut(call: ElasticCall, asked: Asked): Promise<Answer> {
  const context = await authenticated(asked);
  switch (call.kind) {
    case "info":
      return { body: INFO };
    case "license":
      return { body: LICENSE };
    case "health":
      return { body: HEALTH };
    case "nodes":
      return { body: { cluster_name: INFO.cluster_name, nodes: {} } };
    case "refresh":
      return { body: REFRESHED };
    case "template":
      return { body: call.isWrite ? { acknowledged: true } : {} };
    case "index": {
      await procedure("pipelines.get", { pipeline: call.pipeline }, context);
      if (!call.isWrite) return { body: { [call.pipeline]: {} } };
      const reason = `the pipeline ${JSON.stringify(call.pipeline)} is there already`;
      const error = { type: "resource_already_exists_exception", reason };
      return { status: 400, body: { error, status: 400 } };
    }
    case "document": {
      const record = parseDocument(await bodyOf(asked.exchange, context));
      await procedure("logs.ingest", { pipeline: call.pipeline, record }, context);
      return { body: created(call.pipeline, call.id) };
    }
    case "bulk":
      return { body: await bulk(call.pipeline, asked.exchange, context) };
  }
}

type CallerContext = Context & { caller: Caller };

/**
 * The context with the caller that the request names.
 * @throws UNAUTHENTICATED, RATE_LIMITED
 */
async function authenticated({ exchange, options }: Asked): Promise<CallerContext> {
  const plain = contextOf(exchange, options.services);
  const logIn = async (username: string, password: string) => {
    const { token } = (await procedure("auth.login", { username, password }, plain)) as {
      token: string;
    };
    return token;
  };
  for (let tries = 0; ; tries++) {
    const header = exchange.request.headers.authorization;
    const { credentials, forget } = await login.credentials(header, logIn);
    const context = { ...plain, credentials };
    try {
      return { ...context, caller: await authenticate(context) };
    } catch (error) {
      // the password may have been changed and set back, so the log-in is tried once more
      if (forget === undefined || tries > 0) throw error;
      forget();
    }
  }
}

/**
 * Checks the permission, and reads the body after that.
 * @throws PERMISSION_DENIED
 */
async function bodyOf({ request, response }: Exchange, { caller }: CallerContext): Promise<Buffer> {
  demand(caller, ["send_logs"], "this needs");
  return await receiveBody(request, response, { inflate: true });
}

async function bulk(
  pipeline: string | undefined,
  exchange: Exchange,
  context: CallerContext,
): Promise<object> {
  const start = performance.now();
  const items = await parseBulk(await bodyOf(exchange, context));
  const pipelines = await pipelinesOf(items, pipeline, context);
  const results: Result[] = items.map(({ action, document, id }, i) => {
    const at = pipelines[i] ?? "";
    if (document instanceof FlowgError) return failed(at, document);
    if (action === "update" || action === "delete")
      return failed(
        at,
        new FlowgError("INPUT_INVALID", `logs are not changed: ${action} is refused`),
      );
    return { ...created(at, id), status: 201 };
  });
  for (const name of new Set(pipelines)) {
    const sent = items.flatMap(({ document }, index) =>
      pipelines[index] === name && results[index]?.status === 201 ? [{ index, document }] : [],
    );
    await ingestInto(name, sent as Sent[], { context, results });
  }
  return {
    took: Math.round(performance.now() - start),
    errors: results.some(({ status }) => status !== 201),
    items: items.map(({ action }, i) => ({ [action]: results[i] })),
  };
}

/** The pipeline of each document: the one that its action names, if it exists, or else the one of the path. */
async function pipelinesOf(
  items: readonly BulkItem[],
  fallback: string | undefined,
  { services }: Context,
): Promise<string[]> {
  const isNamed = items.some(({ index }) => index !== undefined);
  const there = new Set(
    isNamed && fallback !== undefined ? await services.config.pipelines.list() : [],
  );
  return items.map(({ index }) => {
    if (index === undefined) return fallback ?? "";
    return fallback === undefined || there.has(index) ? index : fallback;
  });
}

interface Result {
  status: number;
  [member: string]: unknown;
}

interface Sent {
  index: number;
  document: Fields;
}

/** The parts of an error's details that concern a batch's logs. */
interface BatchDetails {
  /** The first refused logs with their reasons, and the place of each refused log. */
  logs?: LogFailure[];
  refusedIndexes?: number[];
  /** The index from which on no log is stored. */
  next?: number;
}

/** Stores documents, and notes the outcome of each in the results. */
async function ingestInto(
  pipeline: string,
  sent: readonly Sent[],
  { context, results }: { context: Context; results: Result[] },
): Promise<void> {
  if (sent.length === 0) return;
  const fail = (at: number, error: FlowgError) => {
    const index = sent[at]?.index;
    if (index !== undefined) results[index] = failed(pipeline, error);
  };
  try {
    if (pipeline === "")
      throw new FlowgError("INPUT_INVALID", "neither the path nor the action names an index");
    const logs = sent.map(({ document: fields }, index) => ({ index, fields }));
    await procedure("logs.ingest", { pipeline, record: new LogBatch(logs, []) }, context);
  } catch (error) {
    if (!(error instanceof FlowgError) || error.code === "INTERNAL") throw error;
    const { logs = [], refusedIndexes, next } = error.details as BatchDetails;
    for (const at of refusedIndexes ?? []) fail(at, error);
    for (const { index, code, message } of logs) fail(index, new FlowgError(code, message));
    if (next === undefined && refusedIndexes !== undefined) return;
    for (let at = next ?? 0; at < sent.length; at++) fail(at, error);
  }
}

const created = (pipeline: string, id: string | undefined) => ({
  _index: pipeline,
  _id: id ?? randomUUID(),
  _version: 1,
  result: "created",
  _shards: { total: 1, successful: 1, failed: 0 },
  _seq_no: 0,
  _primary_term: 1,
});

const failed = (pipeline: string, { code, message }: FlowgError): Result => ({
  _index: pipeline,
  ...itemError(code, message),
});

/**
 * Calls one of the API's procedures.
 * @param path such as `logs.ingest`
 * @throws FlowgError
 */
async function procedure(path: string, input: object, context: Context): Promise<unknown> {
  const { called, type } = ROUTES.find((route) => route.procedure === path) as Route;
  const ctx = { ...context };
  try {
    return await callProcedure(called, { path, type, ctx, getRawInput: async () => input });
  } catch (error) {
    throw toFlowgError(error);
  }
}
