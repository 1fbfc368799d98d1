// Asks a management server for /health.

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { CliError } from "./failure.js";

/** A longer answer isn't that of a health check. */
const ANSWER_MAX_BYTES = 64 * 1024;

export interface HealthRequest {
  url: URL;
  timeoutMs: number;
  ca: string | undefined;
  insecure: boolean;
  signal: AbortSignal;
}

/** For each database `ok`, or what is wrong. */
export type Health = Record<string, string>;

/** @throws DATABASE_UNAVAILABLE if a database doesn't answer; CONNECTION_FAILED, TIMEOUT, ANSWER_UNEXPECTED */
export async function askHealth(request: HealthRequest): Promise<Health> {
  const { status, text } = await get(request);
  const databases = databasesIn(text);
  const where = request.url.origin;
  if (databases === undefined || (status !== 200 && status !== 503)) {
    throw new CliError(
      "ANSWER_UNEXPECTED",
      `${where} answers ${status}, and not as the management server of a FlowG does`,
      "give --url the address of `flowg serve --mgmt-bind`, port 9113 unless set, and not that of the API",
    );
  }
  const bad = Object.entries(databases).filter(([, state]) => state !== "ok");
  if (status === 200 && bad.length === 0) return databases;
  const states = bad.map(([name, state]) => `${name} ${state}`).join(", ");
  throw new CliError("DATABASE_UNAVAILABLE", `${where} is unhealthy: ${states || "it says so"}`);
}

function databasesIn(text: string): Health | undefined {
  try {
    const { databases } = JSON.parse(text) as { databases?: unknown };
    if (typeof databases !== "object" || databases === null) return undefined;
    const states = Object.entries(databases).map(([name, state]) => [name, String(state)]);
    return Object.fromEntries(states) as Health;
  } catch {
    return undefined;
  }
}

function get({ url, timeoutMs, ca, insecure, signal }: HealthRequest) {
  const where = url.origin;
  const timeout = AbortSignal.timeout(timeoutMs);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const options = {
    // a check leaves no connection behind
    agent: false as const,
    signal: AbortSignal.any([signal, timeout]),
    rejectUnauthorized: !insecure,
    ...(ca === undefined ? {} : { ca }),
  };
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const fail = (error: Error) => {
      if (signal.aborted) reject(signal.reason);
      else if (timeout.aborted) {
        reject(
          new CliError("TIMEOUT", `${where} has not answered for ${timeoutMs / 1000} seconds`),
        );
      } else {
        const why = ("code" in error && String(error.code)) || error.message;
        reject(new CliError("CONNECTION_FAILED", `cannot reach ${where}: ${why}`));
      }
    };
    send(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        if (text.length > ANSWER_MAX_BYTES) response.destroy(new Error("a long answer"));
      });
      response.on("error", fail);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on("error", fail)
      .end();
  });
}
