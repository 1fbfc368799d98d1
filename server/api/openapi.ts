// The OpenAPI 3.1 document, from the procedures themselves: trpc-to-openapi gives paths, parameters and schemas; what it
// cannot know (scopes, streams, the form of our errors, examples) is added here.

import type { AnyTRPCProcedure } from "@trpc/server";
import { generateOpenApiDocument, type OpenApiRouter } from "trpc-to-openapi";
import { z } from "zod";
import { ERROR_CODES, type ErrorCode } from "../platform/errors.js";
import { codeSamplesOf } from "./code-samples.js";
import type { RawBody } from "./raw-bodies.js";
import type { Operation, RestMeta } from "./rest.js";
import { appRouter } from "./router.js";
import { EVENTS_TYPE } from "./server-sent-events.js";
import { HTTP_STATUS } from "./status.js";
import type { Access, ProcedureMeta } from "./trpc.js";

type Json = Record<string, unknown>;

interface PathOperation extends Json {
  operationId: string;
  requestBody?: { required?: boolean; content: Record<string, Json> };
  parameters?: { name: string; in: string }[];
  responses: Record<string, Json>;
}

const DESCRIPTION = `Logs, and backup and restore of the three databases behind them.

Every operation but the login needs a token, as \`Authorization: Bearer pat:TOKEN\` (a personal access token) or
\`Authorization: Bearer jwt:TOKEN\` (a session from the login). The form \`Bearer TOKEN\` works too.

Checks come in this order: is the token valid (401), does its user hold the scopes (403), is the input valid (400).
Holding \`write_x\` includes \`read_x\`.

A database that is being restored lets writers wait for ten seconds, and then answers 503 with \`BUSY\` and \`Retry-After\`.
The first use of a token that FlowG made writes, too: its hash becomes one of this server.

All errors have the same form; their \`code\` is stable, for programs to act on.`;

/** Tags in the order of the documentation page. */
const TAGS: Record<string, string> = {
  backup: "Snapshots of the databases",
  restore: "Bringing snapshots back",
  compact: "Giving the disk back what deleted records took",
  jobs: "Backups by themselves",
  snapshots: "Snapshots in the repositories of the server",
  tasks: "Long work: how far it is, and ending it",
  auth: "Logging in, and the caller",
  tokens: "One's own personal access tokens",
  users: "Users and their roles",
  roles: "Roles and their scopes",
  transformers: "Scripts that change logs on their way",
  pipelines: "What becomes of a log",
  alerts: "Webhooks that logs are posted to",
  forwarders: "Alerts, as later versions of FlowG name them",
  streams: "Where logs are kept",
  logs: "Sending, asking for and watching logs",
  test: "Trying things out",
};

const MIME_MULTIPART = "multipart/form-data";
const MIME_JSON = "application/json";
const MIME_PROTOBUF = "application/x-protobuf";
const MIME_TEXT = "text/plain";
const MIME_LINES = "application/x-ndjson";

/** @param version of this package */
export function openApiDocument(version: string): Json {
  const document = generateOpenApiDocument(describedRouter(), {
    title: "FlowG API",
    description: DESCRIPTION,
    version,
    baseUrl: "/",
    license: { name: "MIT", identifier: "MIT" },
    securitySchemes: {
      patAuth: {
        type: "http",
        scheme: "bearer",
        bearerFormat: "PAT",
        description: "A personal access token: `Bearer pat:TOKEN`.",
      },
      jwtAuth: {
        type: "http",
        scheme: "bearer",
        bearerFormat: "JWT",
        description: "A session: `Bearer jwt:TOKEN`.",
      },
    },
  }) as unknown as Json & {
    paths: Record<string, Record<string, PathOperation>>;
    components: { schemas: Json };
  };
  for (const meta of metas()) {
    const { path, method } = meta.openapi;
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (operation !== undefined) complete(operation, meta);
  }
  const { schemas } = document.components;
  for (const name of Object.keys(schemas)) if (name.startsWith("error.")) delete schemas[name];
  document.components.schemas = sortKeys({ ...schemas, Error: ERROR_SCHEMA });
  document.paths = sortKeys(document.paths);
  document.tags = Object.entries(TAGS).map(([name, description]) => ({ name, description }));
  return document;
}

function metas(): (ProcedureMeta & RestMeta)[] {
  return Object.values(
    appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
  ).map(({ _def }) => _def.meta as ProcedureMeta & RestMeta);
}

/** Our router, as the generator may see it: a procedure that streams has the schema of what comes out. */
function describedRouter(): OpenApiRouter {
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
  ).map(([path, procedure]) => {
    const { rawBody } = procedure._def.meta as RestMeta;
    if (rawBody === undefined || rawBody.kind === "upload") return [path, procedure];
    // the generator knows no subscriptions
    const type = rawBody.kind === "events" ? "query" : procedure._def.type;
    return [path, { _def: { ...procedure._def, type, output: rawBody.answer ?? z.string() } }];
  });
  return {
    _def: { ...appRouter._def, procedures: Object.fromEntries(procedures) },
  } as unknown as OpenApiRouter;
}

function complete(operation: PathOperation, meta: ProcedureMeta & RestMeta): void {
  const { access = [], operation: described, rawBody } = meta;
  operation.description = [described.description, accessText(access)].filter(Boolean).join("\n\n");
  operation.security = securityOf(access);
  if (Array.isArray(access)) operation["x-required-scopes"] = access;
  if (rawBody?.kind === "upload") takeFile(operation);
  dropEmptyBody(operation);
  if (meta.batchIn !== undefined) takeLines(operation);
  if (meta.otlpIn !== undefined && operation.requestBody)
    operation.requestBody.content[MIME_PROTOBUF] = {
      schema: { type: "string", format: "binary" },
    };
  if (meta.textIn !== undefined) takeText(operation, described.request);
  sayOfParameters(operation);
  const [body] = Object.values(operation.requestBody?.content ?? {});
  // none is an empty one
  const { required } = (body?.schema ?? {}) as { required?: string[] };
  if (operation.requestBody) operation.requestBody.required = required !== undefined;
  if (body && described.request !== undefined) body.example = described.request;
  const success = answerOf(operation, described, rawBody);
  operation.responses = { [described.status ?? 200]: success, ...errorsOf(meta) };
  const { method, path } = meta.openapi;
  operation["x-codeSamples"] = codeSamplesOf(operation, {
    method,
    path,
    isOpen: access === "anyone",
  });
}

function accessText(access: Access): string {
  if (access === "anyone") return "Needs no token.";
  if (access === "signed-in") return "Needs any valid token.";
  return `Needs ${access.map((scope) => `\`${scope}\``).join(", ")}.`;
}

function securityOf(access: Access): Json[] {
  if (access === "anyone") return [];
  const scopes = access === "signed-in" ? [] : access;
  // since OpenAPI 3.1, roles may be named for any scheme
  return [{ patAuth: scopes }, { jwtAuth: scopes }];
}

/** Removes the body of an operation that takes none. */
function dropEmptyBody(operation: PathOperation): void {
  const [body] = Object.values(operation.requestBody?.content ?? {});
  const schema = body?.schema as { properties?: Json } | undefined;
  if (schema && Object.keys(schema.properties ?? {}).length === 0 && !("$ref" in schema))
    delete operation.requestBody;
}

/** Has a body be plain text. */
function takeText(operation: PathOperation, example: unknown): void {
  const schema = { type: "string" };
  operation.requestBody = { required: true, content: { [MIME_TEXT]: { schema, example } } };
}

/**
 * Documents that the body may be many logs, one on each line. Only words say that it may be an array, for generators of clients
 * stumble over a schema of both.
 */
function takeLines({ requestBody }: PathOperation): void {
  if (requestBody)
    requestBody.content[MIME_LINES] = {
      schema: { type: "string", description: "A JSON object of strings on each line." },
      example: '{"level":"info","message":"hello"}\n{"level":"info","message":"good bye"}\n',
    };
}

/** Readers of documents look for it there, and not in the schema. */
function sayOfParameters(operation: PathOperation): void {
  for (const parameter of operation.parameters ?? []) {
    const { schema } = parameter as { schema?: Json };
    if (typeof schema?.description !== "string") continue;
    const { description, ...rest } = schema;
    Object.assign(parameter, { description, schema: rest });
  }
}

/** The options of an upload are in its query, beside the one part of its body. */
function takeFile(operation: PathOperation): void {
  const [body] = Object.values(operation.requestBody?.content ?? {});
  const schema = body?.schema as { properties: Record<string, Json>; required?: string[] };
  const { backup, ...options } = schema.properties;
  const parameters = Object.entries(options).map(([name, { description, ...option }]) => ({
    name,
    in: "query",
    description: description as string,
    schema: option,
  }));
  operation.parameters = [...(operation.parameters ?? []), ...parameters];
  operation.requestBody = {
    required: true,
    content: {
      [MIME_MULTIPART]: {
        schema: {
          type: "object",
          properties: { backup },
          required: ["backup"],
          additionalProperties: false,
        },
      },
    },
  } as PathOperation["requestBody"] & Json;
}

function answerOf(
  operation: PathOperation,
  described: Operation,
  rawBody: RawBody | undefined,
): Json {
  const id = {
    "X-Request-Id": {
      description: "Names this request in the server's log.",
      schema: { type: "string" },
    },
  };
  if (rawBody?.kind === "download" && rawBody.backup !== undefined) {
    return {
      description: "A snapshot",
      headers: {
        ...id,
        "Content-Disposition": { description: "A name for the file.", schema: { type: "string" } },
      },
      content: Object.fromEntries(
        [rawBody.contentType, rawBody.alsoAs]
          .filter((type) => type !== undefined)
          .map((type) => [type, { schema: { type: "string", format: "binary" } }]),
      ),
    };
  }
  const { schema } =
    Object.values(operation.responses["200"]?.content as Record<string, Json>)[0] ?? {};
  const type =
    rawBody?.kind === "download"
      ? rawBody.contentType
      : rawBody?.kind === "events"
        ? EVENTS_TYPE
        : MIME_JSON;
  return {
    description: described.status === 202 ? "Begun" : "Done",
    headers: id,
    content: { [type]: { schema, example: described.response } },
  };
}

/** Answers of every operation. The first use of a token that FlowG made writes: its hash becomes one of ours. */
const EVERYWHERE: readonly ErrorCode[] = [
  ...(["INPUT_INVALID", "RATE_LIMITED", "INTERNAL", "DATABASE_DAMAGED"] as const),
  ...(["BUSY", "DATABASE_REPLACED", "DATABASE_UNAVAILABLE", "DISK_FULL"] as const),
];

function errorsOf({
  access,
  openapi: { method },
  operation: { errors, changesNothing },
  rawBody,
}: ProcedureMeta & RestMeta): Record<string, Json> {
  const codes = new Set<ErrorCode>([...(errors ?? []), ...EVERYWHERE]);
  const mayHaveBody = method === "POST" || method === "PUT";
  if (mayHaveBody) codes.add("INPUT_TOO_LARGE").add("MEDIA_TYPE_UNSUPPORTED");
  if (access !== "anyone") codes.add("UNAUTHENTICATED");
  if (Array.isArray(access)) codes.add("PERMISSION_DENIED");
  // the caller may do less by the time it is their turn to write
  const writes = method !== "GET" && !changesNothing;
  if (writes && access !== "anyone") codes.add("CONFLICT").add("PERMISSION_DENIED");
  // files beside the data
  const isBackup = rawBody?.kind === "download" && rawBody.backup !== undefined;
  if (rawBody?.kind === "upload" || isBackup) codes.add("FILE_UNAVAILABLE");
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = HTTP_STATUS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const sorted = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    sorted.map(([status, codes]) => [String(status), errorAnswerOf(codes)]),
  );
}

function errorAnswerOf(codes: readonly ErrorCode[]): Json {
  const text = codes.map((code) => `${ERROR_CODES[code]} (\`${code}\`)`).join("; ");
  const [code = "INTERNAL"] = codes;
  return {
    description: `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
    content: {
      [MIME_JSON]: {
        schema: { $ref: "#/components/schemas/Error" },
        example: {
          success: false,
          code,
          message: ERROR_CODES[code],
          requestId: "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11",
        },
      },
    },
  };
}

const ERROR_SCHEMA = {
  type: "object",
  description: "Every error.",
  properties: {
    success: { type: "boolean", const: false },
    code: {
      type: "string",
      description: "Stable, for programs.",
      enum: Object.keys(ERROR_CODES),
    },
    message: { type: "string", description: "What was wrong, and where." },
    hint: { type: "string", description: "What to do about it." },
    issues: {
      type: "array",
      description: "What is wrong with the input, one by one.",
      items: {
        type: "object",
        properties: {
          path: { type: "string", description: "Where in the input; empty for the whole." },
          message: { type: "string" },
        },
        required: ["path", "message"],
        additionalProperties: false,
      },
    },
    details: {
      type: "object",
      description: "Facts for programs: offsets, counts, missing scopes.",
      additionalProperties: true,
    },
    requestId: { type: "string", description: "Names the request in the server's log." },
  },
  required: ["success", "code", "message", "requestId"],
  additionalProperties: false,
};

function sortKeys<T>(object: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
