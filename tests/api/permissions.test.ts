// Every procedure against every scope, generated from the router: a new procedure without a permission, or with
// another than it declares, fails here.

import { createHash } from "node:crypto";
import { type AnyTRPCProcedure, callTRPCProcedure } from "@trpc/server";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Context } from "../../server/api/context.js";
import { appRouter } from "../../server/api/router.js";
import type { ProcedureMeta } from "../../server/api/trpc.js";
import { ROUTES, type Route } from "../../server/http/route.js";
import { effectiveScopes, SCOPES, type Scope } from "../../server/records/auth/scopes.js";
import { FakeAdministration } from "../http/fake-administration.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { FLOWG_OPERATIONS } from "./flowg-operations.js";
import { callOf, pathOf } from "./operations.js";

const OPEN = ["login"];
const SIGNED_IN = [
  "whoami",
  "change_password",
  "list_tokens",
  "create_token",
  "delete_token",
  // the restore that is taken back decides the scopes: see undo.test.ts of operations/online
  "undo_restore",
  // each task says which scopes open it: see tests/tasks
  "list_tasks",
  "get_task",
  "cancel_task",
  "follow_task",
  // and the scopes of the databases that are restored: see snapshots.test.ts of tests/tasks
  "restore_snapshot",
];

/** What they need follows from what they are given. */
const NEEDS_MORE = ["undo_restore", "restore_snapshot"];

/** There is none of that name. */
const NAMES_NOTHING = ["get_task", "cancel_task", "follow_task"];

let server: TestServer;
/** Authorization headers, by the scopes held: `write_acls` or `read_alerts,read_pipelines`. */
const users = new Map<string, string>();

beforeAll(async () => {
  server = await startServer({ administration: new FakeAdministration() });
  // all that a procedure needs, and all but one
  const combinations = ROUTES.flatMap(({ meta: { access } }) => {
    const scopes: readonly Scope[] = typeof access === "string" ? [] : (access ?? []);
    return scopes.length < 2 ? [] : [scopes, ...scopes.map((_, i) => scopes.toSpliced(i, 1))];
  });
  for (const scopes of [[], ...SCOPES.map((scope) => [scope]), ...combinations]) {
    const key = [...scopes].sort().join();
    if (!users.has(key)) users.set(key, await tokenOf(await server.userWith(...scopes)));
  }
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** change-password ends sessions, tokens go on. */
async function tokenOf(session: string): Promise<string> {
  const { body } = await server.call("/token", { method: "POST", as: session });
  return `Bearer pat:${body.token}`;
}

/** The status alone: some answers never end. */
async function statusFor(route: Route, as: string | undefined): Promise<number> {
  const { method, json, body, headers } = callOf(route);
  // a name of its own, so that calls don't disturb each other
  const name = createHash("sha256").update(`${route.procedure} ${as}`).digest("hex").slice(0, 12);
  const controller = new AbortController();
  const response = await fetch(`${server.url}/api/v1${pathOf(route, name)}`, {
    method: method ?? "GET",
    headers: {
      ...(as === undefined ? {} : { Authorization: as }),
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: json === undefined ? ((body as string) ?? null) : JSON.stringify(json),
    signal: controller.signal,
  });
  controller.abort();
  return response.status;
}

it("every procedure says who may call it, and has an operation of the API", () => {
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
  );
  expect(procedures.length).toBe(ROUTES.length);
  for (const [path, { _def }] of procedures) {
    const { access, openapi } = _def.meta as ProcedureMeta;
    expect([path, access]).not.toEqual([path, undefined]);
    expect([path, openapi?.operationId]).not.toEqual([path, undefined]);
    if (Array.isArray(access)) expect([path, access.length > 0]).toEqual([path, true]);
  }
});

it("only the login is for anybody, and only what concerns oneself is for everybody", () => {
  const idsWith = (access: unknown) =>
    ROUTES.filter(({ meta }) => meta.access === access).map(({ meta }) => meta.operation.id);
  expect(idsWith("anyone")).toEqual(OPEN);
  expect(idsWith("signed-in").sort()).toEqual([...SIGNED_IN].sort());
});

it("they are FlowG's forty, with its scopes", () => {
  const table = ROUTES.map(({ method, template, meta }) => {
    const access = Array.isArray(meta.access) ? meta.access.join("+") : meta.access;
    return `${method} ${template.replace("/api/v1", "")} ${meta.operation.id} ${access}`;
  });
  expect(FLOWG_OPERATIONS).toHaveLength(40);
  expect(table).toEqual(expect.arrayContaining(FLOWG_OPERATIONS));
});

const byId = (routes: readonly Route[]) =>
  routes.map((route) => [route.meta.operation.id, route] as const);
const closed = byId(ROUTES.filter(({ meta }) => meta.access !== "anyone"));
const scoped = byId(ROUTES.filter(({ meta }) => Array.isArray(meta.access)));

it.each(closed)("%s answers 401 without a valid token", async (_, route) => {
  const bad = [
    undefined,
    "",
    "Basic cm9vdDpyb290",
    "Bearer",
    "Bearer x",
    `Bearer pat:pat_${"a".repeat(32)}`,
    "Bearer jwt:a.b.c",
  ];
  for (const as of bad) expect([as, await statusFor(route, as)]).toEqual([as, 401]);
});

it("read_backups opens the four backups, the list of jobs and what reads snapshots, and nothing else", () => {
  const opened = ROUTES.filter(
    ({ meta: { access, accessBy } }) =>
      accessBy === "read_backups" || (Array.isArray(access) && access.includes("read_backups")),
  );
  expect(opened.map(({ meta }) => meta.operation.id).sort()).toEqual([
    "backup_all",
    "backup_auth",
    "backup_config",
    "backup_logs",
    "diff_snapshots",
    "get_snapshot",
    "list_jobs",
    "list_snapshots",
  ]);
});

it("forget_backups forgets snapshots, and opens nothing else", () => {
  const opened = ROUTES.filter(
    ({ meta: { access } }) => Array.isArray(access) && access.includes("forget_backups"),
  );
  expect(opened.map(({ meta }) => meta.operation.id)).toEqual(["forget_snapshots"]);
  expect([...effectiveScopes(["forget_backups"])]).toEqual(["forget_backups"]);
});

it("write_backups opens what is about jobs, makes and lists snapshots, and reads no backup", () => {
  const held = effectiveScopes(["write_backups"]);
  const opened = ROUTES.filter(
    ({ meta: { access, accessBy } }) =>
      (accessBy !== undefined && held.has(accessBy)) ||
      (Array.isArray(access) && access.every((scope) => held.has(scope))),
  );
  expect(opened.map(({ meta }) => meta.operation.id).sort()).toEqual([
    "create_snapshot",
    "drill_job",
    "get_snapshot",
    "list_jobs",
    "list_snapshots",
    "pause_job",
    "resume_job",
    "run_job",
  ]);
});

it.each(scoped)(
  "%s answers 403 to scopes that are not enough, and to no other",
  async (_, route) => {
    const needed = route.meta.access as readonly Scope[];
    for (const [key, as] of users) {
      const held = effectiveScopes(key.split(","));
      const { accessBy } = route.meta;
      const isEnough =
        needed.every((scope) => held.has(scope)) || (accessBy !== undefined && held.has(accessBy));
      const status = await statusFor(route, as);
      expect([key, status === 403]).toEqual([key, !isEnough]);
      expect([key, status]).not.toEqual([key, 401]);
    }
  },
);

it("what is for everybody is open to a user without any scope", async () => {
  // the old password in the example of change_password is wrong, which is another 403
  const ids = SIGNED_IN.filter((id) => id !== "change_password" && !NEEDS_MORE.includes(id));
  for (const route of ROUTES.filter(({ meta }) => ids.includes(meta.operation.id)))
    expect([route.procedure, await statusFor(route, users.get(""))]).toEqual([
      route.procedure,
      NAMES_NOTHING.includes(route.meta.operation.id) ? 404 : 200,
    ]);
});

it.each(closed)("%s is as closed to callers inside the program", async (_, route) => {
  let wasRead = false;
  const context: Context = {
    services: {} as never,
    credentials: undefined,
    address: "127.0.0.1",
    signal: new AbortController().signal,
    lastSignal: new AbortController().signal,
  };
  const calling = callTRPCProcedure({
    router: appRouter,
    path: route.procedure,
    type: route.type,
    ctx: context,
    getRawInput: async () => {
      wasRead = true;
      return {};
    },
    signal: context.signal,
    batchIndex: 0,
  });
  await expect(calling).rejects.toMatchObject({
    cause: { code: "UNAUTHENTICATED" },
  });
  expect(wasRead).toBe(false);
});
