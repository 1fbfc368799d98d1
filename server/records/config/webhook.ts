// An alert's webhook, version 1: where a log is posted, and with which headers.

import { isObject } from "../../platform/json-object.js";
import { strings } from "./flow.js";
import { shownSettings } from "./nesting.js";
import { storedVersion } from "./stored-version.js";

/** FlowG's latest version, which an import turns into ours. */
export const LATEST = 2;

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
