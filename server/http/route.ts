// Which procedure answers a method and path. Paths are matched before they are decoded, so that an encoded `/` stays part
// of its name, and exactly: another case or a trailing slash is another path.

import type { AnyTRPCProcedure } from "@trpc/server";
import type { z } from "zod";
import type { Method, RestMeta } from "../api/rest.js";
import { appRouter } from "../api/router.js";
import type { ProcedureMeta } from "../api/trpc.js";
import { FlowgError } from "../platform/errors.js";

export interface Route {
  method: Method;
  /** `/api/v1/users/{user}` */
  template: string;
  /** `users.save` */
  procedure: string;
  type: "query" | "mutation";
  meta: ProcedureMeta & RestMeta;
  /** What its input may have: parameters of path and query, fields of a body. */
  inputNames: readonly string[];
}

export interface Match {
  route: Route;
  /** The path's parameters as they stand there, still percent-encoded. */
  params: Record<string, string>;
}

export type Found = Match | { allow: string[] } | undefined;

const PARAMETER = /^\{(.+)\}$/;

/** Every procedure that has a path. */
export const ROUTES: readonly Route[] = Object.entries(
  appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
).map(([procedure, { _def }]) => {
  const meta = _def.meta as ProcedureMeta & RestMeta;
  return {
    method: meta.openapi.method as Method,
    template: meta.openapi.path,
    procedure,
    type: _def.type as Route["type"],
    meta,
    inputNames: (_def as unknown as { inputs: z.core.$ZodObject[] }).inputs.flatMap((input) =>
      Object.keys(input._zod.def.shape),
    ),
  };
});

const BY_LENGTH = new Map<number, { route: Route; segments: string[] }[]>();
for (const route of ROUTES) {
  const segments = route.template.split("/");
  BY_LENGTH.set(segments.length, [...(BY_LENGTH.get(segments.length) ?? []), { route, segments }]);
}

/** @returns the other methods that the path has; undefined for an unknown path */
export function findRoute(method: string, path: string): Found {
  const parts = path.split("/");
  const wanted = method === "HEAD" ? "GET" : method;
  const allow = new Set<string>();
  for (const { route, segments } of BY_LENGTH.get(parts.length) ?? []) {
    const params = matchSegments(segments, parts);
    if (params === undefined) continue;
    if (route.method === wanted) return { route, params };
    allow.add(route.method);
    if (route.method === "GET") allow.add("HEAD");
  }
  return allow.size === 0 ? undefined : { allow: [...allow].sort() };
}

function matchSegments(
  segments: readonly string[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const part = parts[i] ?? "";
    const name = PARAMETER.exec(segment)?.[1];
    if (name === undefined ? segment !== part : part === "") return undefined;
    if (name !== undefined) params[name] = part;
  }
  return params;
}

/** @throws INPUT_INVALID for a `%` that encodes nothing */
export function decodeParams(params: Record<string, string>): Record<string, string> {
  const decoded: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    try {
      decoded[name] = decodeURIComponent(value);
    } catch {
      throw new FlowgError("INPUT_INVALID", `the path's ${name} is not valid percent-encoding`, {
        hint: "write a % in a name as %25",
      });
    }
  }
  return decoded;
}
