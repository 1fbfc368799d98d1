// JSON procedures over HTTP, through trpc-to-openapi's handler. It gets stand-ins instead of the real request, response
// and schemas, because it would otherwise read bodies before permissions are checked, leave paths percent-encoded,
// refuse a `charset`, and switch on coercion in our schemas for good, from the second request on.

import type { IncomingMessage, ServerResponse } from "node:http";
import { createOpenApiNodeHttpHandler, type OpenApiRouter } from "trpc-to-openapi";
import { z } from "zod";
import type { Context } from "../api/context.js";
import { appRouter } from "../api/router.js";
import { ROUTES, type Route } from "./route.js";

/** What the handler takes for a request. The input comes from the context, once the procedure asks for it. */
interface Call {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: object;
  context: Context;
  error?: unknown;
  once(): void;
  off(): void;
}

const handle = createOpenApiNodeHttpHandler<OpenApiRouter, never, never>({
  router: standIn(),
  createContext: async ({ req }) => (req as Call).context,
  onError: ({ error, req }) => {
    (req as Call).error = error;
  },
});

/**
 * Calls a JSON procedure.
 * @returns its answer, as JSON
 * @throws what the procedure threw, or tRPC
 */
export async function callJson(route: Route, context: Context): Promise<string> {
  const ignore = () => {};
  const call: Call = {
    method: route.method,
    // any names will do: those of the real path are part of the input
    url: route.template.replace(/\{.+?\}/g, "_"),
    headers: { host: "localhost", "content-type": "application/json" },
    body: {},
    context,
    once: ignore,
    off: ignore,
  };
  let answer = "";
  const reply = {
    statusCode: 0,
    setHeader: ignore,
    once: ignore,
    off: ignore,
    end: (text: string) => {
      answer = text;
    },
  };
  await handle(
    call as unknown as IncomingMessage as never,
    reply as unknown as ServerResponse as never,
  );
  if (call.error !== undefined) throw call.error;
  return answer;
}

/** Our router, as the handler may see it: procedures without schemas. The real ones check input and output. */
function standIn(): OpenApiRouter {
  const procedures = Object.fromEntries(
    ROUTES.filter(({ meta }) => meta.transfer === undefined).map(({ procedure, type, meta }) => [
      procedure,
      { _def: { type, meta, inputs: [], output: z.unknown() } },
    ]),
  );
  const { createCaller, _def } = appRouter;
  return { createCaller, _def: { ..._def, procedures } } as unknown as OpenApiRouter;
}
