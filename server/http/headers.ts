// Headers that every answer carries, and those for the origins that may call the API from a browser.

import type { IncomingMessage, ServerResponse } from "node:http";

/** JSON is never a page: nothing may be loaded, run or framed. */
export const API_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'";

export function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("X-Frame-Options", "DENY");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Content-Security-Policy", API_CONTENT_POLICY);
}

const EXPOSED =
  "Content-Disposition, Flowg-Notes, Flowg-Snapshot-Set, Flowg-Snapshot-Created, Retry-After, X-Request-Id";

/**
 * Lets pages of the given origins in, and no others.
 * @returns whether this was a preflight request, which is answered
 */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  origins: ReadonlySet<string>,
): boolean {
  if (origins.size === 0) return false;
  response.setHeader("Vary", "Origin");
  const { origin } = request.headers;
  if (origin === undefined || !origins.has(origin)) return false;
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Access-Control-Expose-Headers", EXPOSED);
  response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
  if (request.method !== "OPTIONS" || !request.headers["access-control-request-method"])
    return false;
  response.setHeader("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
  response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id");
  response.setHeader("Access-Control-Max-Age", 600);
  response.statusCode = 204;
  response.end();
  return true;
}
