// A real server in this process, on ports of its own, with its databases in a temporary directory; and a client
// that sends exactly what it is told to.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { createLog } from "../../server/http/log.js";
import { type RunningServer, type ServeOptions, serve } from "../../server/serve.js";
import type { Engine } from "../../server/storage/engine.js";
import { undocumented } from "../api/documented-codes.js";

export const ROOT_PASSWORD = "a password that is not root";

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON, if it is. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

export interface Sent {
  method?: string;
  /** The Authorization header. */
  as?: string | undefined;
  /** Sent as JSON. */
  json?: unknown;
  body?: string | Uint8Array;
  headers?: Record<string, string>;
}

export interface TestServer extends AsyncDisposable {
  running: RunningServer;
  url: string;
  managementUrl: string;
  dir: string;
  /** Every line of the log so far. */
  logLines: Record<string, unknown>[];
  /** `Bearer jwt:…` of user root. */
  root: string;
  /** @param path under /api/v1 */
  call(path: string, sent?: Sent): Promise<Reply>;
  /** Like call, as root; must succeed. */
  must(path: string, sent?: Sent): Promise<Reply>;
  login(username: string, password: string): Promise<string>;
  /** The Authorization header of a new user who holds exactly these scopes. */
  userWith(...scopes: string[]): Promise<string>;
}

let makeEngine: (() => Engine) | undefined;

/** What keeps the databases of servers that are started from now on: LMDB, unless given. */
export function useEngine(make: (() => Engine) | undefined): void {
  makeEngine = make;
}

export async function startServer(options: Partial<ServeOptions> = {}): Promise<TestServer> {
  const dir = await mkdtemp(join(tmpdir(), "flowg-server-"));
  const logLines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => logLines.push(JSON.parse(line)) };
  const running = await serve({
    dirs: { auth: join(dir, "auth"), config: join(dir, "config"), logs: join(dir, "logs") },
    httpBind: "127.0.0.1:0",
    managementBind: "127.0.0.1:0",
    initialPassword: ROOT_PASSWORD,
    stopMs: 200,
    log: createLog({ verbose: true, destination }),
    engine: makeEngine?.(),
    // the webhooks of tests listen there
    alertAllow: ["127.0.0.1"],
    ...options,
  }).catch(async (error: unknown) => {
    await rm(dir, { recursive: true, force: true });
    throw error;
  });
  const url = running.urls[0] ?? "";
  const call = (path: string, sent: Sent = {}) => send(`${url}/api/v1${path}`, sent);
  const login = async (username: string, password: string) => {
    const reply = await call("/auth/login", { method: "POST", json: { username, password } });
    if (reply.status !== 200) throw new Error(`login failed: ${reply.text}`);
    return `Bearer jwt:${reply.body.token}`;
  };
  const root = await login("root", options.initialPassword ?? ROOT_PASSWORD);
  const must = async (path: string, sent: Sent = {}) => {
    const reply = await call(path, { as: root, ...sent });
    if (reply.status !== 200 && reply.status !== 202)
      throw new Error(`${sent.method ?? "GET"} ${path}: ${reply.text}`);
    return reply;
  };
  return {
    running,
    url,
    managementUrl: running.managementUrls[0] ?? "",
    dir,
    logLines,
    root,
    call,
    must,
    login,
    userWith: async (...scopes) => {
      const name = `user-${randomUUID()}`;
      await must(`/roles/${name}`, { method: "PUT", json: { scopes } });
      await must(`/users/${name}`, { method: "PUT", json: { roles: [name], password: name } });
      return login(name, name);
    },
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      expect(undocumented(logLines)).toEqual([]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export async function send(
  url: string,
  { method = "GET", as, json, body, headers }: Sent = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: {
      ...(as === undefined ? {} : { Authorization: as }),
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: json === undefined ? (body ?? null) : JSON.stringify(json),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
