// The server's log: one JSON object a line on stdout, as FlowG logs. It names the user and the request, and never what a client
// sent: no bodies, headers or queries.

import { type DestinationStream, type Logger, pino } from "pino";
import { LogOutput } from "./log-output.js";
import { textLine } from "./log-text.js";

export interface LogOptions {
  verbose: boolean;
  destination: DestinationStream & { writeSoon?: ((line: string) => void) | undefined };
  /** JSON if absent. */
  format?: LogFormat;
}

export type LogFormat = "json" | "text";

/** A log on stdout. */
export function openLog({ verbose, format }: Pick<LogOptions, "verbose" | "format">): {
  log: Logger;
  output: LogOutput;
} {
  const output = new LogOutput(process.stdout);
  process.once("exit", () => output.writeNow());
  const log = createLog({ verbose, format: format ?? "json", destination: output });
  output.onRecovered = (lines) =>
    log.warn({ lines }, "the log could not be written for a while: lines were dropped");
  return { log, output };
}

export function createLog({ verbose, destination, format }: LogOptions): Logger {
  const options = {
    level: verbose ? "debug" : "info",
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level: string) => ({ level }), log: withoutSecrets },
    serializers: { err: describeError },
  };
  const { writeSoon } = destination;
  const write = (line: string) => {
    const text = format === "text" ? textLine(line) : line;
    // its request has been answered; other lines are there before somebody can act on what they tell
    if (writeSoon && line.endsWith(REQUEST_END)) writeSoon(text);
    else destination.write(text);
  };
  return pino(options, { write });
}

/** The message of the line about a request that was answered. */
export const REQUEST = "request";
const REQUEST_END = `"msg":"${REQUEST}"}\n`;

/** A personal access token or a session. People sometimes paste one where a name or a path is meant. */
const SECRETS = /pat_[A-Za-z0-9]{8,}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g;

function withoutSecrets(facts: Record<string, unknown>): Record<string, unknown> {
  const told = { ...facts };
  for (const [name, value] of Object.entries(told))
    if (typeof value === "string" && /pat_|eyJ/.test(value))
      told[name] = value.replace(SECRETS, "(a token)");
  return told;
}

/** Logs only these facts of an error, since libraries attach whole bodies and requests to theirs. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = "code" in error ? String(error.code) : undefined;
  const deeper = cause !== undefined && depth < 4;
  return { name, code, message, stack, ...(deeper && { cause: describeError(cause, depth + 1) }) };
}
