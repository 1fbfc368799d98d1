// The management server: health checks and metrics. It needs no authorization, as in FlowG, and by default listens only on the
// loopback addresses.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Database, PlaceState } from "../storage/database.js";
import type { Metrics } from "./metrics.js";

export interface ManagementOptions {
  databases: readonly Database[];
  metrics: Metrics;
  log: Logger;
}

export function managementHandler(options: ManagementOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Cache-Control", "no-store");
    request.resume();
    answer(request, response, options).catch((error: unknown) => {
      options.log.error({ err: error }, "management request failed");
      send(response, 500, { status: "error" });
    });
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { databases, metrics, log }: ManagementOptions,
): Promise<void> {
  switch (request.url?.replace(/\?.*$/, "")) {
    case "/health": {
      const states = await Promise.all(
        databases.map(async (database) => [database.kind, await stateOf(database, log)] as const),
      );
      const isHealthy = states.every(([, state]) => state === "ok");
      send(response, isHealthy ? 200 : 503, {
        status: isHealthy ? "ok" : "error",
        databases: Object.fromEntries(states),
      });
      return;
    }
    case "/metrics":
      response.setHeader("Content-Type", metrics.registry.contentType);
      response.end(await metrics.registry.metrics());
      return;
    default:
      send(response, 404, { status: "error", message: "there are /health and /metrics" });
  }
}

async function stateOf(
  database: Database,
  log: Logger,
): Promise<"ok" | "error" | Exclude<PlaceState, "in place">> {
  try {
    const state = await database.placeState();
    return state === "in place" ? "ok" : state;
  } catch (error) {
    log.error({ err: error, database: database.kind }, "a database does not answer");
    return "error";
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json");
  response.end(`${JSON.stringify(body)}\n`);
}
