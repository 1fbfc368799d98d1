// The auth providers of later FlowGs. A log-in page asks for them before anybody has logged in. This server has none: users log in
// with a name and a password.

import { API_BASE } from "../api/rest.js";
import { FlowgError } from "../platform/errors.js";
import type { Exchange } from "./exchange.js";

export const AUTH_PROVIDERS_PATH = `${API_BASE}/auth-providers/`;

const ALLOWED = ["GET", "HEAD"];
const NONE = Buffer.from('{"success":true,"auth_providers":[]}\n');

/** Answers a request. It never throws. */
export async function answerAuthProviders(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const { method = "" } = request;
  if (!ALLOWED.includes(method)) {
    const hint = "this server has no auth providers, and makes none";
    const message = `${method} is not allowed here`;
    exchange.fail(
      new FlowgError("METHOD_NOT_ALLOWED", message, { hint, details: { allow: ALLOWED } }),
    );
    return;
  }
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Content-Length", NONE.length);
  response.setHeader("Cache-Control", "no-store");
  response.end(method === "HEAD" ? undefined : NONE);
}
