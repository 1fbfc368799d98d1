// Calls an alert's webhook. Only whether it answered 2xx comes back to the caller, never what it answered.

import type { Webhook } from "../config/webhook.js";
import type { EntryRecord } from "../database/records.js";
import { FlowgError } from "../errors.js";

const TIMEOUT_MS = 10_000;

/** @throws UPSTREAM_FAILED, CANCELLED */
export async function postAlert(
  { url, headers }: Webhook,
  log: EntryRecord,
  signal: AbortSignal,
): Promise<void> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers,
      // bytes: a string would get a Content-Type that the alert did not ask for
      body: Buffer.from(JSON.stringify(log)),
      signal: AbortSignal.any([signal, timeout]),
    });
  } catch (cause) {
    if (signal.aborted)
      throw new FlowgError("CANCELLED", "stopped before the webhook answered", { cause });
    throw new FlowgError(
      "UPSTREAM_FAILED",
      timeout.aborted
        ? `the webhook did not answer within ${TIMEOUT_MS / 1000} seconds`
        : "the webhook cannot be reached",
      { cause, hint: "check the alert's URL, and that this server may connect to it" },
    );
  }
  // unread, the answer would keep its connection
  await response.body?.cancel();
  if (!response.ok) {
    throw new FlowgError("UPSTREAM_FAILED", `the webhook answered ${response.status}`);
  }
}
