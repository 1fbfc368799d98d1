// The HTTP server's handler. Every request gets its id, its headers and its log line, and then an answer from the API, the
// documentation, or a clear error.

import type { IncomingMessage, ServerResponse } from "node:http";
import express, { type Request, type Response } from "express";
import type { Logger } from "pino";
import { API_BASE } from "../api/rest.js";
import { FlowgError } from "../platform/errors.js";
import { answerApi } from "./api.js";
import { AUTH_PROVIDERS_PATH, answerAuthProviders } from "./auth-providers.js";
import type { AddressOf } from "./client-address.js";
import type { Conceal } from "./conceal.js";
import { docs } from "./docs.js";
import { answerElastic, isElastic } from "./elastic/answer-elastic.js";
import { Exchange } from "./exchange.js";
import { allowOrigin, setSecurityHeaders } from "./headers.js";
import type { Handler } from "./listen.js";
import { answerOtlp, OTLP_PATH, type OtlpOptions } from "./otlp.js";

export interface AppOptions extends OtlpOptions {
  log: Logger;
  /** Hides paths of this machine from clients. */
  conceal: Conceal;
  /** The web pages that may call the API. */
  corsOrigins: ReadonlySet<string>;
  /** Finds the address that a request comes from. */
  addressOf: AddressOf;
}

export interface App {
  handler: Handler;
  /** Ends answers that never end by themselves. */
  endWatchers(): void;
  /** Ends everything that runs. */
  abort(): void;
  /** Resolves once nothing runs any more. */
  allDone(): Promise<void>;
}

const STOPS = "the server stops";

type Answerer = (exchange: Exchange, options: AppOptions) => Promise<void>;

const answererOf = (path: string): Answerer => {
  if (path === OTLP_PATH) return answerOtlp;
  if (path === AUTH_PROVIDERS_PATH) return answerAuthProviders;
  return isElastic(path) ? answerElastic : answerApi;
};

export function createApp(options: AppOptions): App {
  const exchanges = new Set<Exchange>();
  const running = new Map<Promise<void>, Exchange>();
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // keeps Express's own error handler from showing a stack
  app.set("env", "production");
  app.use(docs());
  app.get("/", (_request, response) => response.redirect(302, "/api/docs"));
  app.use((request: Request, response: Response) => {
    const hint =
      "the API is under /api/v1 of this server, described at /api/docs; is the URL right?";
    const message = `there is nothing to ${request.method} at this path`;
    exchangeOf(response).fail(new FlowgError("NOT_FOUND", message, { hint }));
  });
  // four parameters mark it as the handler of errors
  app.use((error: unknown, _request: Request, response: Response, _next: unknown) => {
    exchangeOf(response).fail(error);
  });
  const begin = (request: IncomingMessage, response: ServerResponse): Exchange => {
    const exchange = new Exchange(request, response, options);
    exchanges.add(exchange);
    response.once("close", () => exchanges.delete(exchange));
    setSecurityHeaders(response);
    return exchange;
  };
  const handler: Handler = (request, response) => {
    let exchange: Exchange;
    try {
      exchange = begin(request, response);
    } catch (error) {
      options.log.error({ err: error }, "a request could not be begun");
      response.statusCode = 500;
      response.end();
      return;
    }
    if (allowOrigin(request, response, options.corsOrigins)) return;
    const isOtlp = exchange.path === OTLP_PATH;
    if (isOtlp || exchange.path.startsWith(`${API_BASE}/`)) {
      // goes past express, whose work for each request takes longer than the rest of most requests
      const answering = answererOf(exchange.path)(exchange, options);
      const answer = answering.finally(() => running.delete(answer));
      running.set(answer, exchange);
    } else {
      Object.assign(response, { locals: { exchange } });
      app(request, response);
    }
  };
  return {
    handler,
    endWatchers: () => {
      for (const exchange of exchanges) if (exchange.isEndless) exchange.abort(STOPS);
    },
    abort: () => {
      // the work of clients that have gone away may go on
      for (const exchange of [...exchanges, ...running.values()]) exchange.abort(STOPS);
    },
    allDone: async () => {
      while (running.size > 0) await Promise.all(running.keys());
    },
  };
}

function exchangeOf(response: Response): Exchange {
  return response.locals.exchange as Exchange;
}
