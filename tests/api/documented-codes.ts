// Whether the document lists what was answered: each server that tests start is looked at when it stops.

import { findRoute } from "../../server/http/route.js";
import { operations } from "./document.js";

/** Codes that belong to no operation: that of an unknown method, and that of a client that is gone. */
const OF_NO_OPERATION: ReadonlySet<unknown> = new Set(["METHOD_NOT_ALLOWED", "CANCELLED"]);

const listed = new Map(
  operations.map(({ method, path, operation }) => [
    `${method} ${path}`,
    Object.entries(operation.responses).flatMap(([status, { description }]) =>
      [...description.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => `${status} ${code}`),
    ),
  ]),
);

/**
 * The answers to requests that their operation does not list.
 * @param logLines of a server: each request has its line
 */
export function undocumented(logLines: readonly Record<string, unknown>[]): string[] {
  const found = new Set<string>();
  for (const { msg, method, path, status, code } of logLines) {
    if (msg !== "request" || code === undefined || OF_NO_OPERATION.has(code)) continue;
    const match = findRoute(String(method), String(path));
    if (match === undefined || !("route" in match)) continue;
    const operation = `${match.route.method} ${match.route.template}`;
    // cut, in place of an answer
    if (status === 499 || status === 200) continue;
    if (!listed.get(operation)?.includes(`${status} ${code}`))
      found.add(`${operation}: ${status} ${code}`);
  }
  return [...found];
}
