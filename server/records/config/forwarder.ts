// What later FlowGs call an alert: a forwarder, version 2, of one of many types. The one of type `http` without a body of its own
// is our webhook, and is stored as one; others are stored as they were given.

import * as z from "zod";
import { FlowgError } from "../../platform/errors.js";
import { isObject } from "../../platform/json-object.js";
import { NESTS_TOO_DEEP, nestsTooDeep, shownSettings } from "./nesting.js";
import { parseInput } from "./parse.js";
import { isServiceType, NOT_RUN, SERVICE_TYPES, serviceSchema } from "./service.js";
import { webhookSchema } from "./webhook-schema.js";

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
  config: z
    .looseObject({ type: z.enum([...SERVICE_TYPES, ...NOT_RUN]) })
    .refine((config) => !nestsTooDeep(config), { error: NESTS_TOO_DEEP }),
});

/**
 * The forwarder as it is stored: a webhook, or the forwarder as it was given.
 * @throws INPUT_INVALID
 */
export function storedForwarder(given: ForwarderInput): object {
  const { config } = parseInput("forwarder", form, given);
  const { type, url, headers, body, ...others } = config;
  if (type === "http") {
    demandNothing(others);
    if (isNothing(body)) return parseInput("forwarder", webhookSchema, { url, headers });
  }
  if (isServiceType(type))
    parseInput("forwarder", z.object({ config: serviceSchema(type) }), { config });
  return { version: VERSION, config };
}

/** @throws INPUT_INVALID, naming the parts of an HTTP forwarder that would have no effect */
function demandNothing(others: Record<string, unknown>): void {
  const unknown = Object.keys(others).filter((name) => !isNothing(others[name]));
  const [first] = unknown;
  if (first === undefined) return;
  const issues = unknown.map((name) => ({ path: `config.${name}`, message: "has no effect here" }));
  throw new FlowgError(
    "INPUT_INVALID",
    `the forwarder's ${JSON.stringify(first)} has no effect here`,
    { hint: "leave it out: forwarders call their service directly", details: { issues } },
  );
}

/** A stored alert, as later FlowGs show it. */
export function readForwarder(stored: unknown): Forwarder {
  const { url, headers, config } = (stored ?? {}) as Record<string, unknown>;
  if (typeof url !== "string" && isObject(config) && typeof config.type === "string")
    return { version: VERSION, config: shownSettings(config) as Forwarder["config"] };
  const shown = {
    url: typeof url === "string" ? url : "",
    headers: isObject(headers) ? headers : {},
  };
  return { version: VERSION, config: { type: "http", ...shown } };
}
