// An alert's webhook, version 1: where a log is posted, and with which headers.

import * as z from "zod";
// by its name, as in parse.ts: out of `z.core` it would bundle all of zod
import { toDotPath } from "zod/v4/core";
import { isObject } from "../../platform/json-object.js";
import { issueSentence } from "../../platform/messages/sentences.js";
import { strings } from "./flow.js";
import { headersSchema } from "./headers-schema.js";
import { headerProblem, isHttpUrl } from "./http-parts.js";
import { NESTS_TOO_DEEP, nestsTooDeep, shownSettings } from "./nesting.js";
import { isServiceType, type Service, serviceSchema } from "./service.js";
import { storedVersion } from "./stored-version.js";

export const webhookSchema = z.object({
  version: z
    .union([z.literal(0), z.literal(1)], { error: "only version 1 is known" })
    .nullish()
    .transform(() => 1),
  url: z.string().refine(isHttpUrl, { error: "is not an http or https URL" }),
  headers: headersSchema.transform(strings),
});

/** FlowG's latest version, which an import turns into ours. */
const LATEST = 2;

/** Clients may send this. The schema judges the rest. */
export interface WebhookInput {
  version?: number | null | undefined;
  url: string;
  headers?: Record<string, string> | null | undefined;
  /** Of a forwarder to a service, as {@link Webhook} has it. */
  config?: Record<string, unknown> | null | undefined;
}

/** A webhook as it is stored and answered, its keys in FlowG's order. */
export interface Webhook {
  version: number;
  url: string;
  headers: Record<string, string>;
  /** The kind of forwarder, and its settings; only of forwarders to services. */
  type?: string;
  config?: Record<string, unknown>;
}

/** An alert as logs are sent to it. */
export interface Recipient extends Webhook {
  /** The service that takes the place of the webhook. */
  service?: Service;
  /** Why the forwarder can't be carried out. */
  wrong?: string;
}

/** Reads any stored webhook. One that was restored from elsewhere can be of a type that this server can't call. */
export function readWebhook(stored: unknown): Webhook {
  const { version, url, headers, config } = (stored ?? {}) as Record<string, unknown>;
  const type = isObject(config) ? config.type : undefined;
  const isKnown = type !== "http" || version === LATEST;
  const isOther = typeof url !== "string" && typeof type === "string" && isKnown;
  return {
    version: storedVersion(version),
    url: typeof url === "string" ? url : "",
    headers: strings(headers),
    ...(isOther ? { type, config: shownSettings(config as Record<string, unknown>) } : {}),
  };
}

/** A stored alert with the service that it sends logs to, if it does. */
export function readRecipient(stored: unknown): Recipient {
  const webhook = readWebhook(stored);
  const { type } = webhook;
  if (type === undefined) return webhook;
  if (!isServiceType(type) || webhook.version > LATEST)
    return { ...webhook, wrong: NOT_CARRIED_OUT };
  const { config } = stored as { config: unknown };
  // what a service takes no part of would pass, and then it couldn't be shown
  if (nestsTooDeep(config)) return { ...webhook, wrong: `whose config ${NESTS_TOO_DEEP}` };
  const read = serviceSchema(type).safeParse(config);
  if (read.success) return { ...webhook, service: read.data };
  const [first] = read.error.issues;
  const path = toDotPath(
    first?.path.map((part) => (typeof part === "string" ? cut(part) : part)) ?? [],
  );
  const part = first ? issueSentence({ path, message: first.message }) : "";
  return { ...webhook, wrong: `whose ${part}` };
}

const NOT_CARRIED_OUT = "which does not run here";

/** Whether it is of a kind that this server doesn't carry out at all. */
export const isNotCarriedOut = ({ wrong }: Recipient): boolean => wrong === NOT_CARRIED_OUT;

/**
 * Why nothing can be sent there at all; undefined if a call can be tried. In a record that was restored from elsewhere, any part
 * may be wrong.
 */
export function recipientProblem(recipient: Recipient): string | undefined {
  const { version, type, url, headers, service, wrong } = recipient;
  if (service) return undefined;
  if (wrong !== undefined)
    return `is a forwarder of the type ${JSON.stringify(cut(type ?? ""))}, ${wrong}`;
  if (url === "" && version > LATEST) return `is of version ${version}, which does not run here`;
  if (url === "") return "has no URL";
  if (!isHttpUrl(url)) return "has a URL that is neither http nor https";
  const wrongHeader = Object.entries(headers).find(([name, value]) => headerProblem(name, value));
  return (
    wrongHeader && `has a header ${JSON.stringify(cut(wrongHeader[0]))} that HTTP does not allow`
  );
}

/** A name of a restored record can be megabytes long. */
const cut = (name: string): string => name.slice(0, 100);
