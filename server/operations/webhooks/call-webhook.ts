// Calls somebody else's server. Only whether it took the call comes back, never what it answered. Nothing is sent
// anywhere but to that URL: a redirect would take the headers, which may be secrets, to another host. The URL, which may be one
// as well, is in no message.

import { type Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { FlowgError } from "../../platform/errors.js";
import { retryAfterMs } from "../../platform/retry-after.js";
import { isHttpUrl } from "../../records/config/http-parts.js";
import type { AllowedHosts } from "./allowed-hosts.js";
import { ANSWERED, type CallFailure, lasting, limitedCall } from "./limited-call.js";

/** This much of an answer's body is read, so that the connection can be used again. */
const ANSWER_MAX = 64 * 1024;

export interface WebhookCall {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
  /** Words for messages: `the webhook`, and whose URL it has, `the alert`. */
  what: string;
  owner: string;
  /** The hosts that the call may lead to; all if absent. */
  hosts?: AllowedHosts;
  /** Agents that keep connections; if absent, each call makes its own connection. */
  agents?: { http: Agent; https: Agent } | undefined;
  /** POST, unless given. */
  method?: "POST" | "PUT";
  /** Settings of TLS; such a call makes its own connection. */
  tls?: { ca?: string; rejectUnauthorized?: boolean };
  /** Looks at the answer where the status doesn't tell all; undefined where it does. */
  judge?: (answer: CallAnswer) => Verdict | undefined;
}

/** An answer's status, and the beginning of its body. */
export interface CallAnswer {
  status: number;
  body: Buffer;
}

export interface Verdict {
  /** Said of whom was called: `has no such index`. */
  problem: string;
  mayPass: boolean;
}

export interface WebhookFailure extends CallFailure {
  /** The answer's, if there was one. */
  status?: number;
  /** The rest that the webhook asked for, milliseconds. */
  retryAfterMs?: number | undefined;
}

/** @throws UPSTREAM_FAILED, CANCELLED */
export async function callWebhook(call: WebhookCall, signal: AbortSignal): Promise<void> {
  const failure = await tryWebhook(call, signal);
  if (failure) throw failure.error;
}

/**
 * Makes a call.
 * @returns undefined if the webhook answered 2xx
 */
export async function tryWebhook(
  call: WebhookCall,
  signal: AbortSignal,
): Promise<WebhookFailure | undefined> {
  const { what, owner } = call;
  if (!isHttpUrl(call.url)) {
    return lasting(`${owner}'s URL is not an http or https URL`, {
      hint: `nothing was sent; give ${owner} another URL`,
    });
  }
  const { failure, answer } = await limitedCall(
    {
      what,
      owner,
      place: "URL",
      verb: ANSWERED,
      call: async (limited) => {
        call.hosts?.demandPlausible(new URL(call.url));
        return await send(call, limited);
      },
      explain: (cause) =>
        /^ERR_(HTTP|INVALID|UNESCAPED)/.test((cause as NodeJS.ErrnoException).code ?? "")
          ? lasting(`${owner} cannot be called as it is`, { hint: `save ${owner} anew`, cause })
          : undefined,
    },
    signal,
  );
  if (failure) return failure;
  const { response, body } = answer;
  const { statusCode: status = 0, headers } = response;
  const verdict = call.judge?.({ status, body });
  if (verdict) {
    const error = new FlowgError("UPSTREAM_FAILED", `${what} ${verdict.problem}`);
    return { error, mayPass: verdict.mayPass, status };
  }
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) {
    return lasting(`${what} answered ${status}, a redirect`, {
      hint: `redirects are not followed: give ${owner} the URL that it leads to`,
    });
  }
  return {
    error: new FlowgError("UPSTREAM_FAILED", `${what} answered ${status}`),
    status,
    mayPass: status >= 500 || status === 408 || status === 425 || status === 429,
    retryAfterMs: retryAfterMs(headers["retry-after"]),
  };
}

/** Headers that belong to the connection, or follow from the body and the URL. */
const NOT_THEIRS = new Set(
  "connection content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade".split(
    " ",
  ),
);

interface Answered {
  response: IncomingMessage;
  body: Buffer;
}

/** Sends a call. Resolves once the answer's body is read too, or given up. */
function send(call: WebhookCall, signal: AbortSignal): Promise<Answered> {
  const { url, headers } = withCredentials(call);
  const { hosts, agents: shared, method = "POST", tls } = call;
  // the connections that are kept are of calls without settings of their own
  const agents = tls ? undefined : shared;
  const isTls = url.protocol === "https:";
  const body = Buffer.from(call.body);
  return new Promise((resolve, reject) => {
    const request = (isTls ? requestHttps : requestHttp)(url, {
      method,
      ...tls,
      headers: { ...headers, "Content-Length": body.byteLength },
      agent: agents ? (isTls ? agents.https : agents.http) : false,
      signal,
      ...(hosts ? { lookup: hosts.lookup } : {}),
    });
    let isSettled = false;
    let answer: IncomingMessage | undefined;
    const kept: Buffer[] = [];
    const settle = (response: IncomingMessage) => resolve({ response, body: Buffer.concat(kept) });
    request.once("response", (response) => {
      isSettled = true;
      answer = response;
      let read = 0;
      response.on("data", (chunk: Buffer) => {
        read += chunk.byteLength;
        if (call.judge) kept.push(chunk);
        if (read > ANSWER_MAX) response.destroy();
      });
      // only the status matters, so a body that breaks off is fine
      response.on("error", () => undefined);
      response.once("close", () => settle(response));
    });
    // without this, an answer 101 would be neither an answer nor an error, and the call would never end
    request.once("upgrade", (response, socket) => {
      isSettled = true;
      socket.destroy();
      settle(response);
    });
    request.once("close", () => {
      if (!isSettled) reject(new Error("the connection was closed without an answer"));
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      isSettled = true;
      // it has taken the call: one more would come twice
      if (answer) return settle(answer);
      const isStale = request.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(error.code ?? "");
      // the server closed an idle connection just now, so a new connection is worth a try
      if (isStale && !signal.aborted)
        send({ ...call, agents: undefined }, signal).then(resolve, reject);
      else reject(error);
    });
    request.end(body);
  });
}

/** Moves a name and a password from the URL to the Authorization header. */
function withCredentials(call: WebhookCall): { url: URL; headers: Record<string, string> } {
  const url = new URL(call.url);
  const headers = Object.fromEntries(
    Object.entries(call.headers).filter(([name]) => !NOT_THEIRS.has(name.toLowerCase())),
  );
  const has = (name: string) => Object.keys(headers).some((one) => one.toLowerCase() === name);
  if (url.username !== "" || url.password !== "") {
    const [name, password] = [url.username, url.password].map(decoded);
    const basic = `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
    if (!has("authorization")) headers.Authorization = basic;
    url.username = "";
    url.password = "";
  }
  if (!has("user-agent")) headers["User-Agent"] = "flowg";
  return { url, headers };
}

/** Decodes a part of a URL. One with a % that encodes nothing stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
