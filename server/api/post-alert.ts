// Calls an alert's webhook with a log.

import { callWebhook } from "../operations/webhooks/call-webhook.js";
import type { Webhook } from "../records/config/webhook.js";
import type { EntryRecord } from "../records/records.js";

/** @throws UPSTREAM_FAILED, CANCELLED */
export async function postAlert(
  { url, headers }: Webhook,
  log: EntryRecord,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(log);
  await callWebhook({ url, headers, body, what: "the webhook", owner: "the alert" }, signal);
}
