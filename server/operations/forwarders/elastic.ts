// Elasticsearch: each log becomes a document of an index, which is made if it isn't there yet.

import type { ServiceOf } from "../../records/config/service.js";
import { tryWebhook, type WebhookFailure } from "../webhooks/call-webhook.js";
import type { ServiceCall } from "./deliver.js";

type Elastic = ServiceOf<"elastic">;

/** Asks one address after the other, until one answers that isn't in trouble itself. */
export async function sendToElastic(
  service: Elastic,
  call: ServiceCall,
  signal: AbortSignal,
): Promise<WebhookFailure | undefined> {
  let failure: WebhookFailure | undefined;
  for (const address of service.addresses) {
    failure = await sendTo(address, { service, call }, signal);
    if (!failure?.mayPass || signal.aborted) return failure;
  }
  return failure;
}

async function sendTo(
  address: string,
  { service, call }: { service: Elastic; call: ServiceCall },
  signal: AbortSignal,
): Promise<WebhookFailure | undefined> {
  const { username, password, ca } = service;
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  const headers = { Authorization: `Basic ${basic}`, "Content-Type": "application/json" };
  const index = `${address.replace(/\/+$/, "")}/${encodeURIComponent(service.index)}`;
  const both = { ...call, headers, ...(ca === "" ? {} : { tls: { ca } }) };
  const post = () => tryWebhook({ ...both, url: `${index}/_doc` }, signal);
  const first = await post();
  // a server that makes no index by itself
  if (first?.status !== NOT_FOUND) return first;
  const made = await tryWebhook({ ...both, url: index, method: "PUT", body: "{}" }, signal);
  // somebody else made it meanwhile
  if (made && made.status !== BAD_REQUEST) return made;
  return await post();
}

const NOT_FOUND = 404;
const BAD_REQUEST = 400;
