// An alert's webhook, version 1: where a log is posted, and with which headers.

import { validateHeaderName, validateHeaderValue } from "node:http";
import * as z from "zod";
import { isObject } from "../../platform/json-object.js";
import { strings } from "./flow.js";
import { storedVersion } from "./stored-version.js";

export const webhookSchema = z.object({
  version: z
    .union([z.literal(0), z.literal(1)], { error: "only version 1 is known" })
    .nullish()
    .transform(() => 1),
  url: z.string().refine(isHttpUrl, { error: "is not an http or https URL" }),
  // not z.record: it drops a header named `__proto__`
  headers: z
    .custom<Record<string, string>>(isTextMap, { error: "must be an object with texts" })
    .nullish()
    .transform((headers) => strings(headers ?? {}))
    .superRefine((headers, context) => {
      for (const [name, value] of Object.entries(headers)) {
        const message = headerProblem(name, value);
        if (message) context.addIssue({ code: "custom", path: [name], message });
      }
    }),
});

/** FlowG's latest version, which an import turns into ours. */
const LATEST = 2;

/** Clients may send this. The schema judges the rest. */
export interface WebhookInput {
  version?: number | null | undefined;
  url: string;
  headers?: Record<string, string> | null | undefined;
}

/** A webhook as it is stored and answered, its keys in FlowG's order. */
export interface Webhook {
  version: number;
  url: string;
  headers: Record<string, string>;
  /** FlowG's type of forwarder. Present only for types that don't run here. */
  type?: string;
}

/** Reads any stored webhook. One that was restored from elsewhere can be of a type that this server can't call. */
export function readWebhook(stored: unknown): Webhook {
  const { version, url, headers, config } = (stored ?? {}) as Record<string, unknown>;
  const type = (config as { type?: unknown } | null | undefined)?.type;
  const isOther = typeof url !== "string" && typeof type === "string" && type !== "http";
  return {
    version: storedVersion(version),
    url: typeof url === "string" ? url : "",
    headers: strings(headers),
    ...(isOther ? { type } : {}),
  };
}

/**
 * Says why the webhook can't be called at all; undefined if a call can be tried. Any part of a record that was restored from
 * elsewhere may be wrong.
 */
export function webhookProblem(webhook: Webhook): string | undefined {
  const { version, type, url, headers } = webhook;
  if (type !== undefined)
    return `is a forwarder of the type ${JSON.stringify(type)}, which does not run here`;
  if (url === "" && version > LATEST) return `is of version ${version}, which does not run here`;
  if (url === "") return "has no URL";
  if (!isHttpUrl(url)) return "has a URL that is neither http nor https";
  const wrong = Object.entries(headers).find(([name, value]) => headerProblem(name, value));
  return wrong && `has a header ${JSON.stringify(wrong[0].slice(0, 100))} that HTTP does not allow`;
}

function isTextMap(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.values(value).every((text) => typeof text === "string");
}

export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return ["http:", "https:"].includes(new URL(text).protocol);
}

function headerProblem(name: string, value: string): string | undefined {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    // never the value: it may be a secret
    return "is not a valid HTTP header";
  }
}
