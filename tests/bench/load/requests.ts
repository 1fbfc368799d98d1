// What a load consists of.

import { entries } from "../entries.js";
import { AUTHORIZATION } from "../server.js";
import { requestBytes } from "./connection.js";

const HEADERS = { Authorization: AUTHORIZATION };
const DIFFERENT = 1_000;

/** Requests that each send one entry through a pipeline; unless named, the one that is there from the start. */
export function ingestRequests(pipeline = "default"): Buffer[] {
  const headers = { ...HEADERS, "Content-Type": "application/json" };
  return [...entries(DIFFERENT)].map(({ json }) => {
    const { fields } = JSON.parse(json) as { fields: unknown };
    const body = JSON.stringify({ record: fields });
    return requestBytes(`POST /api/v1/pipelines/${pipeline}/logs`, headers, body);
  });
}

/** Requests that each send a thousand entries, one on each line. */
export function batchRequests(): Buffer[] {
  const headers = { ...HEADERS, "Content-Type": "application/x-ndjson" };
  const lines = [...entries(DIFFERENT)].map(({ json }) =>
    JSON.stringify((JSON.parse(json) as { fields: unknown }).fields),
  );
  return [requestBytes("POST /api/v1/pipelines/default/logs", headers, lines.join("\n"))];
}

/** A permission check, a list, and queries of two seconds of logs. */
export function readRequests(): Buffer[] {
  const paths = ["/auth/whoami", "/streams"];
  const all = [...entries(3_000)].filter(({ stream }) => stream === "web");
  for (let n = 0; n < all.length; n += 100) {
    const ms = all[n]?.ms ?? 0;
    const [from, to] = [ms, ms + 2_000].map((time) => new Date(time).toISOString());
    paths.push(`/streams/web/logs?from=${from}&to=${to}`);
  }
  return paths.map((path) => requestBytes(`GET /api/v1${path}`, HEADERS));
}
