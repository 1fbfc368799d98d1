// Sends a log's message to where its alert leads: a webhook, or a service of one of FlowG's kinds. All keep the same rules: a limit
// of time, no redirect, only allowed hosts, and no word of what was sent or answered in an error.

import type { Agent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { FlowgError } from "../../platform/errors.js";
import type { Recipient } from "../../records/config/recipient.js";
import type { Service } from "../../records/config/service.js";
import type { AllowedHosts } from "../webhooks/allowed-hosts.js";
import { tryWebhook, type WebhookCall, type WebhookFailure } from "../webhooks/call-webhook.js";
import { cloudwatchCall, cloudwatchUrl } from "./cloudwatch-call.js";
import { sendToElastic } from "./elastic.js";
import { googleUrl, sendToGoogle } from "./google.js";
import { isRefusedByCollector } from "./otlp-export.js";
import { sendSyslog, syslogUrl } from "./syslog.js";

export interface Delivery {
  recipient: Recipient;
  body: Uint8Array;
  hosts: AllowedHosts;
  agents?: { http: Agent; https: HttpsAgent };
  /** For messages: `the webhook`, `its service`. */
  what: "the" | "its";
}

/** What every call to a service has. */
export type ServiceCall = Pick<WebhookCall, "body" | "what" | "owner" | "agents"> & {
  hosts: AllowedHosts;
};

/**
 * Sends a message, once.
 * @returns undefined if it was taken
 */
export async function deliver(
  { recipient, body, hosts, agents, what }: Delivery,
  signal: AbortSignal,
): Promise<WebhookFailure | undefined> {
  const { url, headers, service } = recipient;
  const owner = ownerOf(recipient);
  const call = { body, hosts, agents, owner };
  if (service === undefined)
    return await tryWebhook(
      { ...call, url, headers: withType(headers), what: `${what} webhook` },
      signal,
    );
  try {
    return await toService(service, { ...call, what: `${what} service` }, signal);
  } catch (cause) {
    // a part of a restored forwarder can be what no library takes
    const hint = "save the forwarder anew";
    const error = new FlowgError("UPSTREAM_FAILED", `${owner} cannot be called as it is`, {
      cause,
      hint,
    });
    return { error, mayPass: false };
  }
}

/** Whose settings say where messages go, for messages to people. */
export const ownerOf = ({ service }: Recipient): string =>
  service === undefined ? "the alert" : "the forwarder";

/**
 * Judges where a message would go, as far as that needs no look-up of a name.
 * @throws REFUSED
 */
export function demandPlausible(recipient: Recipient, hosts: AllowedHosts): void {
  for (const one of placesOf(recipient)) hosts.demandPlausible(one);
}

/** Where an alert's messages go; for a service, every place that it may be at. */
export const placesOf = ({ url, service }: Recipient): URL[] =>
  service ? urlsOf(service) : [new URL(url)];

function toService(
  service: Service,
  call: ServiceCall,
  signal: AbortSignal,
): Promise<WebhookFailure | undefined> {
  switch (service.type) {
    case "http":
      return tryWebhook({ ...call, url: service.url, headers: withType(service.headers) }, signal);
    case "splunk": {
      const headers = withType({ Authorization: `Splunk ${service.token}` });
      return tryWebhook({ ...call, url: service.endpoint, headers }, signal);
    }
    case "datadog": {
      const headers = withType({ Accept: "application/json", "DD-API-KEY": service.apiKey });
      return tryWebhook({ ...call, url: service.url, headers }, signal);
    }
    case "otlp": {
      const headers = withType(service.headers, "application/x-protobuf");
      return tryWebhook({ ...call, url: service.endpoint, headers, judge: judgeCollector }, signal);
    }
    case "azuremonitor": {
      const { endpoint, rule_id, stream_name, token, allow_insecure } = service;
      const [rule, stream] = [rule_id, stream_name].map(encodeURIComponent);
      const path = `/dataCollectionRules/${rule}/streams/${stream}?api-version=2023-01-01`;
      const url = endpoint.replace(/\/+$/, "") + path;
      const headers = withType({ Authorization: `Bearer ${token}` });
      const tls = allow_insecure ? { tls: { rejectUnauthorized: false } } : {};
      return tryWebhook({ ...call, url, headers, ...tls }, signal);
    }
    case "awscloudwatch":
      return cloudwatchCall(service, call).then((signed) => tryWebhook(signed, signal));
    case "elastic":
      return sendToElastic(service, call, signal);
    case "googlecloudlogging":
      return sendToGoogle(service, call, signal);
    case "syslog":
      return sendSyslog(service, call, signal);
  }
}

const judgeCollector: NonNullable<WebhookCall["judge"]> = ({ status, body }) =>
  status >= 200 && status < 300 && isRefusedByCollector(body)
    ? { problem: "refused the log", mayPass: false }
    : undefined;

/** The places that a service is at. */
function urlsOf(service: Service): URL[] {
  switch (service.type) {
    case "http":
    case "datadog":
      return [new URL(service.url)];
    case "splunk":
    case "otlp":
    case "azuremonitor":
      return [new URL(service.endpoint)];
    case "elastic":
      return service.addresses.map((address) => new URL(address));
    case "awscloudwatch":
      return [new URL(cloudwatchUrl(service))];
    case "googlecloudlogging":
      return [googleUrl(service)];
    case "syslog":
      return [syslogUrl(service)];
  }
}

/** Adds a content type to the headers, which FlowG doesn't send and many servers demand. */
function withType(
  headers: Readonly<Record<string, string>>,
  type = "application/json",
): Record<string, string> {
  const has = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  return has ? { ...headers } : { "Content-Type": type, ...headers };
}
