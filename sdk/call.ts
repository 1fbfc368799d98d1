// Makes one JSON call: with its credentials, limited in time, tried again where that is harmless, and with every failure as an
// error of ours. openapi-fetch makes the requests; this is the `fetch` under it.

import createOpenApiClient, { type Client } from "openapi-fetch";
import { demandText } from "./arguments.js";
import { type Authorization, authorizationFor, authorized } from "./credentials.js";
import { errorFromAnswer, isRedirect, redirected, unexpected } from "./error-answer.js";
import { InputError } from "./errors.js";
import { Limits } from "./limits.js";
import { connectionError, isPassing, isUnsent } from "./network-fault.js";
import { milliseconds, type Settings } from "./options.js";
import { isPostponed, retrying } from "./retry.js";
import type { paths } from "./schema.js";
import { watchCall } from "./seen-response.js";

/** What every call may be given. @example `const options: CallOptions = { timeout: 5000, signal }` */
export interface CallOptions {
  /** Stops it. */
  signal?: AbortSignal | undefined;
  /** Milliseconds, in place of the client's. */
  timeout?: number | undefined;
}

/** A change of accounts. @example `const options: AccountOptions = { allowNoAdmin: true }` */
export interface AccountOptions extends CallOptions {
  /** Goes on although no user, no role, or nobody who may administer is left; refused otherwise. */
  allowNoAdmin?: boolean | undefined;
}

interface Credentials {
  username: string;
  password: string;
}

/** Resources make their calls with this. */
export interface Caller {
  readonly api: Client<paths>;
  readonly settings: Settings;
  readonly authorization: Authorization;
  /** The `fetch` of one call. */
  with(options: CallOptions | undefined): { fetch: (request: Request) => Promise<Response> };
  /** Begins a session. Not tried again: a wrong password counts each time. */
  login(credentials: Credentials, options?: CallOptions): Promise<{ token: string }>;
  /** An answer that goes on: its head has been checked, its body is read under these limits. */
  open(request: Request, limits: Limits): Promise<Response>;
}

export function callerFor(settings: Settings): Caller {
  const api = createOpenApiClient<paths>({ baseUrl: settings.baseUrl, redirect: "manual" });
  const send = sender(settings);
  const login: Caller["login"] = (body, options) => {
    const fetch = (request: Request) => whole(request, { send, settings, options });
    return take(api.POST("/api/v1/auth/login", { body, fetch }));
  };
  const authorization = authorizationFor(
    settings.credentials,
    async (username, password) => (await login({ username, password })).token,
  );

  return {
    api,
    settings,
    authorization,
    login,
    with: (options) => ({
      fetch: (request) => {
        const attempt = () =>
          authorized(authorization, (header) =>
            whole(ready(request, header), { send, settings, options }),
          );
        const isRead = request.method === "GET";
        const mayRepeat = (error: unknown) =>
          isPostponed(error) || isUnsent(error) || (isRead && isPassing(error));
        return retrying(attempt, { retries: settings.retries, signal: options?.signal, mayRepeat });
      },
    }),
    open: (request, limits) =>
      authorized(authorization, async (header) => {
        const response = await reach(ready(request, header), { send, limits });
        if (response.ok) return response;
        throw errorFromAnswer(headOf(response), await response.text().catch(() => ""));
      }),
  };
}

/** What a call gave, as data. */
export async function take<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  try {
    const { data } = await call;
    const isOurs =
      typeof data === "object" && data !== null && "success" in data && data.success === true;
    if (!isOurs) throw unexpected("not in FlowG's form");
    return data;
  } catch (error) {
    if (error instanceof SyntaxError) throw unexpected("no JSON, though it says so");
    throw error;
  }
}

/**
 * A name in the form that a path allows.
 * @throws InputError for names that no URL can carry: they would be taken for a part of the path itself
 */
export function inPath(what: string, name: string): string {
  demandText(`name of the ${what}`, name);
  if (name === "" || name === "." || name === ".." || !name.isWellFormed()) {
    throw new InputError(`${JSON.stringify(name)} can't be the name of a ${what} here`, {
      hint: "a URL can't carry it",
    });
  }
  return name;
}

type Send = (request: Request, signal: AbortSignal) => Promise<Response>;

function sender({ fetch, tls, mayBeProxied }: Settings): Send {
  if (fetch) return (request, signal) => fetch(new Request(request, { signal }));
  // Node's own fetch takes neither certificates nor proxies
  if (tls?.ca !== undefined || tls?.insecure || mayBeProxied) {
    return async (request, signal) => {
      const { nodeFetch } = await import("./node/fetch.js");
      return nodeFetch(request, { tls, signal });
    };
  }
  return (request, signal) => globalThis.fetch(request, { signal });
}

/** Copies the request for a try. Its body is a text of ours. */
function ready(request: Request, header: string | undefined): Request {
  const copy = request.clone();
  if (header !== undefined) copy.headers.set("Authorization", header);
  return copy;
}

/** Sends, and reads all of the answer, so that a broken body fails here, not later. */
async function whole(
  request: Request,
  { send, settings, options }: { send: Send; settings: Settings; options: CallOptions | undefined },
): Promise<Response> {
  const timeout = milliseconds("timeout", options?.timeout ?? settings.timeout);
  const limits = new Limits(options?.signal);
  limits.allow(timeout, "there was no whole answer");
  const seen = watchCall(settings.onResponse, request);
  try {
    const response = await reach(request, { send, limits });
    const text = await response.text().catch((cause: unknown) => {
      throw limits.explain(connectionError(cause, request.url));
    });
    seen(response.status, Object.fromEntries(response.headers), text);
    if (!response.ok) throw errorFromAnswer(headOf(response), text);
    const type = response.headers.get("content-type") ?? "nothing";
    if (!/^application\/json\b/i.test(type)) throw unexpected(`${type}, not JSON`);
    return new Response(text, { headers: { "content-type": type } });
  } finally {
    limits.end();
  }
}

async function reach(
  request: Request,
  { send, limits }: { send: Send; limits: Limits },
): Promise<Response> {
  let response: Response;
  try {
    limits.signal.throwIfAborted();
    response = await send(request, limits.signal);
  } catch (cause) {
    throw limits.explain(connectionError(cause, request.url));
  }
  if (response.type === "opaqueredirect") throw redirected(null);
  if (isRedirect(response.status)) throw redirected(response.headers.get("location"));
  return response;
}

function headOf(response: Response) {
  return { status: response.status, header: (name: string) => response.headers.get(name) };
}
