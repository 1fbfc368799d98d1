// Finds the procedure for a method and a path. It matches a path before decoding, so that an encoded `/` stays part of a name.
// It matches exactly: another case or a trailing slash makes another path.

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
  /** The procedure to call. */
  called: AnyTRPCProcedure;
  type: "query" | "mutation" | "subscription";
  meta: ProcedureMeta & RestMeta;
  /** The names that its input may have: parameters of the path and the query, members of a body. */
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
).map(([procedure, called]) => {
  const { _def } = called;
  const meta = _def.meta as ProcedureMeta & RestMeta;
  return {
    method: meta.openapi.method as Method,
    template: meta.openapi.path,
    procedure,
    called,
    type: _def.type as Route["type"],
    meta,
    inputNames: (_def as unknown as { inputs: z.core.$ZodObject[] }).inputs.flatMap((input) =>
      Object.keys(input._zod.def.shape),
    ),
  };
});

/** A part of a template: a word, or the name of a parameter. */
type Segment = { word: string; name?: never } | { word?: never; name: string };

const BY_LENGTH = new Map<number, { route: Route; segments: Segment[] }[]>();
for (const route of ROUTES) {
  const segments = route.template.split("/").map((part): Segment => {
    const name = PARAMETER.exec(part)?.[1];
    return name === undefined ? { word: part } : { name };
  });
  BY_LENGTH.set(segments.length, [...(BY_LENGTH.get(segments.length) ?? []), { route, segments }]);
}

/** @returns the match, or the methods that the path has; undefined for an unknown path */
export function findRoute(method: string, path: string): Found {
  const parts = path.split("/");
  const wanted = method === "HEAD" ? "GET" : method;
  const candidates = BY_LENGTH.get(parts.length) ?? [];
  for (const { route, segments } of candidates) {
    const params = route.method === wanted ? matchSegments(segments, parts) : undefined;
    if (params !== undefined) return { route, params };
  }
  const allow = new Set<string>();
  for (const { route, segments } of candidates) {
    if (matchSegments(segments, parts) === undefined) continue;
    allow.add(route.method);
    if (route.method === "GET") allow.add("HEAD");
  }
  return allow.size === 0 ? undefined : { allow: [...allow].sort() };
}

function matchSegments(
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | undefined {
  for (let i = 0; i < segments.length; i++) {
    const { word } = segments[i] as Segment;
    if (word === undefined ? parts[i] === "" : word !== parts[i]) return undefined;
  }
  const params: Record<string, string> = {};
  for (let i = 0; i < segments.length; i++) {
    const { name } = segments[i] as Segment;
    if (name !== undefined) params[name] = parts[i] as string;
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
