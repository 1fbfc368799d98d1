// Well-formed calls of each operation, which pass the checks of permission and input.

import type { Route } from "../../server/http/route.js";
import type { Sent } from "../http/test-server.js";

const UUID = "00000000-0000-4000-8000-000000000000";

/** Parameters that must be given. */
const QUERIES: Record<string, string> = {
  query_stream: "?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z",
  diff_snapshots: "?other=latest",
};

/** The path under /api/v1 with names filled in. */
export function pathOf({ template, meta }: Route, name = "some-name"): string {
  const path = template
    .replace("/api/v1", "")
    .replace("{token_uuid}", UUID)
    .replace(/\{.+?\}/g, encodeURIComponent(name));
  return `${path}${QUERIES[meta.operation.id] ?? ""}`;
}

/** Method and body, from the operation's own example. */
export function callOf({ method, meta }: Route): Sent {
  const { request } = meta.operation;
  // examples give scopes, which only some users may do
  if (meta.operation.id === "save_role") return { method, json: { scopes: [] } };
  if (meta.operation.id === "save_user") return { method, json: { roles: [], password: "x" } };
  if (meta.rawBody?.kind === "upload") {
    const body =
      '--b\r\nContent-Disposition: form-data; name="backup"; filename="x"\r\n\r\nx\r\n--b--\r\n';
    return { method, body, headers: { "Content-Type": "multipart/form-data; boundary=b" } };
  }
  return request === undefined ? { method } : { method, json: request };
}
