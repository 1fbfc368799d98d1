// Makes the OpenAPI 3.1 document from the procedures. trpc-to-openapi gives paths, parameters and schemas. This adds what that
// can't know: scopes, streams, the form of our errors, examples.

import type { AnyTRPCProcedure } from "@trpc/server";
import { generateOpenApiDocument, type OpenApiRouter } from "trpc-to-openapi";
import { z } from "zod";
import { codeSamplesOf } from "../code-samples.js";
import type { RestMeta } from "../rest.js";
import { appRouter } from "../router.js";
import type { Access, ProcedureMeta } from "../trpc.js";
import { answerOf } from "./answers.js";
import { dropEmptyBody, sayOfParameters, takeFile, takeLines, takeText } from "./bodies.js";
import { ERROR_SCHEMA, errorsOf } from "./errors.js";
import type { Json, PathOperation } from "./operation.js";
import { DESCRIPTION, TAGS } from "./overview.js";

const MIME_PROTOBUF = "application/x-protobuf";

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

/** Our router for the generator: a procedure that streams gets the schema of what it sends. */
function describedRouter(): OpenApiRouter {
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
  ).map(([path, procedure]) => {
    const { rawBody } = procedure._def.meta as RestMeta;
    if (rawBody === undefined || rawBody.kind === "upload") return [path, procedure];
    // the generator doesn't know subscriptions
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
  // a body without required members may be left out
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
  // since OpenAPI 3.1, any scheme may name roles
  return [{ patAuth: scopes }, { jwtAuth: scopes }];
}

function sortKeys<T>(object: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
