// Later versions of FlowG call an alert a forwarder, version 2, of one of many types. One of type `http` is our webhook, and is
// stored as one. The others are kept as they were given, and don't run here.

import * as z from "zod";
import { FlowgError } from "../../platform/errors.js";
import { isObject } from "../../platform/json-object.js";
import { parseInput } from "./parse.js";
import { webhookSchema } from "./webhook.js";

/** The types of FlowG v0.63 that this server keeps, and doesn't run. */
const INERT = [
  "amqp",
  "awscloudwatch",
  "azuremonitor",
  "clickhouse",
  "datadog",
  "elastic",
  "googlecloudlogging",
  "otlp",
  "splunk",
  "syslog",
] as const;

const VERSION = 2;

export interface Forwarder {
  version: number;
  config: Record<string, unknown> & { type: string };
}

/** A forwarder as clients may send it; the schema judges the rest. */
export interface ForwarderInput {
  version?: number | null | undefined;
  config: Record<string, unknown>;
}

/** Whether a value is one that FlowG's form fills in where nothing was entered. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (isObject(value) && Object.keys(value).length === 0);

const form = z.object({
  version: z
    .union([z.literal(0), z.literal(VERSION)], { error: "only version 2 is known" })
    .nullish(),
  config: z.looseObject({ type: z.enum(["http", ...INERT]) }),
});

/**
 * The forwarder as it is stored: a webhook, or the forwarder as it was given.
 * @throws INPUT_INVALID
 */
export function storedForwarder(given: ForwarderInput): object {
  const { config } = parseInput("forwarder", form, given);
  const { type, url, headers, ...others } = config;
  if (type !== "http") return { version: VERSION, config };
  const unknown = Object.keys(others).filter((name) => !isNothing(others[name]));
  const [first] = unknown;
  if (first === undefined) return parseInput("forwarder", webhookSchema, { url, headers });
  const issues = unknown.map((name) => ({ path: `config.${name}`, message: "has no effect here" }));
  throw new FlowgError(
    "INPUT_INVALID",
    `the forwarder's ${JSON.stringify(first)} has no effect here`,
    {
      hint: "leave it out: forwarders post the log itself, directly",
      details: { issues },
    },
  );
}

/** A stored alert, as later FlowGs show it. */
export function readForwarder(stored: unknown): Forwarder {
  const { url, headers, config } = (stored ?? {}) as Record<string, unknown>;
  if (typeof url !== "string" && isObject(config) && typeof config.type === "string")
    return { version: VERSION, config: config as Forwarder["config"] };
  const shown = {
    url: typeof url === "string" ? url : "",
    headers: isObject(headers) ? headers : {},
  };
  return { version: VERSION, config: { type: "http", ...shown } };
}
