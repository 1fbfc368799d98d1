// Calls an alert's webhook. Only whether it answered 2xx comes back to the caller, never what it answered. Nothing is sent
// anywhere but to the URL of the alert: a redirect would take the headers, which may be secrets, to another host.

import { FlowgError } from "../platform/errors.js";
import type { Webhook } from "../records/config/webhook.js";
import { isHttpUrl } from "../records/config/webhook.js";
import type { EntryRecord } from "../records/records.js";

const TIMEOUT_MS = 10_000;

/** @throws UPSTREAM_FAILED, CANCELLED */
export async function postAlert(
  webhook: Webhook,
  log: EntryRecord,
  signal: AbortSignal,
): Promise<void> {
  // one that was restored was never looked at
  if (!isHttpUrl(webhook.url)) {
    throw new FlowgError("UPSTREAM_FAILED", "the alert's URL is not an http or https URL", {
      hint: "nothing was sent; give the alert another URL",
    });
  }
  const { url, headers } = withCredentials(webhook);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers,
      redirect: "manual",
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
  await response.body?.cancel().catch(() => {});
  if (response.ok) return;
  const { status } = response;
  throw status >= 300 && status < 400
    ? new FlowgError("UPSTREAM_FAILED", `the webhook answered ${status}, a redirect`, {
        hint: "redirects are not followed: give the alert the URL that it leads to",
      })
    : new FlowgError("UPSTREAM_FAILED", `the webhook answered ${status}`);
}

/** A name and a password in the URL go into the header that they are for: fetch takes none in a URL. */
function withCredentials({ url, headers }: Webhook): { url: string; headers: Headers } {
  const target = new URL(url);
  const sent = new Headers(headers);
  if (target.username !== "" || target.password !== "") {
    const [name, password] = [target.username, target.password].map(decodeURIComponent);
    const basic = `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
    if (!sent.has("Authorization")) sent.set("Authorization", basic);
    target.username = "";
    target.password = "";
  }
  return { url: target.href, headers: sent };
}
