// Calls somebody else's server. Only whether it answered 2xx comes back, never what it answered. Nothing is sent
// anywhere but to that URL: a redirect would take the headers, which may be secrets, to another host. The URL, which may be one
// as well, is in no message.

import { FlowgError } from "../../platform/errors.js";
import { isHttpUrl } from "../../records/config/webhook.js";

const TIMEOUT_MS = 10_000;

export interface WebhookCall {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** What it is for messages, and whose URL: `the webhook`, `the alert`. */
  what: string;
  owner: string;
}

/** @throws UPSTREAM_FAILED, CANCELLED */
export async function callWebhook(
  { what, owner, body, ...webhook }: WebhookCall,
  signal: AbortSignal,
): Promise<void> {
  if (!isHttpUrl(webhook.url)) {
    throw new FlowgError("UPSTREAM_FAILED", `${owner}'s URL is not an http or https URL`, {
      hint: `nothing was sent; give ${owner} another URL`,
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
      // bytes: a string would get a Content-Type that nobody asked for
      body: Buffer.from(body),
      signal: AbortSignal.any([signal, timeout]),
    });
  } catch (cause) {
    if (signal.aborted)
      throw new FlowgError("CANCELLED", `stopped before ${what} answered`, { cause });
    throw new FlowgError(
      "UPSTREAM_FAILED",
      timeout.aborted
        ? `${what} did not answer within ${TIMEOUT_MS / 1000} seconds`
        : `${what} cannot be reached`,
      { cause, hint: `check ${owner}'s URL, and that this server may connect to it` },
    );
  }
  // unread, the answer would keep its connection
  await response.body?.cancel().catch(() => {});
  if (response.ok) return;
  const { status } = response;
  throw status >= 300 && status < 400
    ? new FlowgError("UPSTREAM_FAILED", `${what} answered ${status}, a redirect`, {
        hint: `redirects are not followed: give ${owner} the URL that it leads to`,
      })
    : new FlowgError("UPSTREAM_FAILED", `${what} answered ${status}`);
}

/** A name and a password in the URL go into the header that they are for: fetch takes none in a URL. */
function withCredentials({ url, headers }: Pick<WebhookCall, "url" | "headers">): {
  url: string;
  headers: Headers;
} {
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
