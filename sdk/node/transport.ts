// One request over node:http, for bodies of any size: fetch on Node 20 keeps a second copy of every request body
// (undici #4058). Nothing is buffered but what the socket takes, and an answer that comes before the body has been
// sent is still an answer.

import { once } from "node:events";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AnswerHead } from "../error-answer.js";
import type { Limits } from "../limits.js";
import { connectionError } from "../network-fault.js";
import type { TlsOptions } from "../options.js";
import { proxyFor, requestBy } from "./proxy.js";

export interface Body {
  bytes: AsyncIterable<Uint8Array>;
  /** Undefined if it isn't known beforehand. */
  length: number | undefined;
  /** Sends the body only once the server wants it: a gigabyte would be too much to learn that the token is wrong. */
  asksFirst: boolean;
}

export interface Exchange {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: Body | undefined;
  tls: TlsOptions | undefined;
  /** Its signal stops everything. */
  limits: Limits;
  /** Milliseconds in which some byte must move. */
  idleMs: number;
  /** Milliseconds until the answer begins, after all has been sent. */
  answerMs: number;
}

export interface Answer extends AnswerHead {
  /** Headers by name in lower case. */
  headers: Record<string, string>;
  /** Whether any byte of the body was asked for. */
  bodyTouched: boolean;
  /** Its bytes, to their end: a connection that breaks is an error. */
  bytes(): AsyncGenerator<Uint8Array, void, undefined>;
  /** Lets go of what was not read. */
  close(): void;
}

/** A server that doesn't know `Expect: 100-continue` says nothing: then the body goes out all the same. */
const CONTINUE_MS = 1_000;

export async function exchange(options: Exchange): Promise<Answer> {
  const { limits, url, body } = options;
  const { signal } = limits;
  signal.throwIfAborted();
  const proxy = proxyFor(url);
  const request = open(options, proxy);
  const stop = () => request.destroy(signal.reason as Error);
  signal.addEventListener("abort", stop, { once: true });
  const close = () => {
    signal.removeEventListener("abort", stop);
    request.destroy();
  };
  const explained = (error: unknown) =>
    error instanceof SourceFault
      ? error.cause
      : limits.explain(connectionError(error, url, proxy?.host));
  try {
    const sending = new Sending(request, options);
    const response = await answered(request, sending);
    return {
      status: response.statusCode ?? 0,
      headers: headersOf(response),
      header: (name) => response.headers[name.toLowerCase()]?.toString() ?? null,
      bodyTouched: body !== undefined && sending.begun,
      bytes: () => received(response, { options, explained, close }),
      close,
    };
  } catch (error) {
    close();
    throw explained(error);
  }
}

function open(
  { url, method, headers, body, tls }: Exchange,
  proxy: URL | undefined,
): ClientRequest {
  const length = body?.length === undefined ? {} : { "Content-Length": String(body.length) };
  // RFC 9110 section 10.1.1
  const expect = body?.asksFirst ? { Expect: "100-continue" } : {};
  const all = { ...headers, ...length, ...expect };
  const secure = {
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.insecure ? { rejectUnauthorized: false } : {}),
  };
  const options = { method, headers: all };
  if (proxy) return requestBy(proxy, url, { ...options, ...secure });
  return url.startsWith("https:")
    ? httpsRequest(url, { ...options, ...secure })
    : httpRequest(url, options);
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** The source of the body failed: no fault of the connection. */
class SourceFault extends Error {}

/** The head of the answer, whenever it comes; fails if the body does. */
async function answered(request: ClientRequest, sending: Sending): Promise<IncomingMessage> {
  const head = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve);
    // a broken pipe after the answer is none of our business any more: the answer says why
    request.on("error", reject);
  });
  const failed = new Promise<never>((_, reject) => sending.run().catch(reject));
  const response = await Promise.race([head, failed]);
  sending.stop();
  return response;
}

/** Sends the body, at the pace of the socket, until it ends or an answer is there. */
class Sending {
  /** Whether the body has been asked for anything. */
  begun = false;
  #stopped = false;

  constructor(
    private readonly request: ClientRequest,
    private readonly options: Exchange,
  ) {}

  stop(): void {
    this.#stopped = true;
    this.options.limits.rest();
  }

  async run(): Promise<void> {
    const { request } = this;
    const { body, limits, answerMs } = this.options;
    if (body !== undefined) {
      if (body.asksFirst) await this.#leave();
      if (this.#stopped) return;
      this.begun = true;
      await this.#body(body.bytes);
      if (this.#stopped) return;
    }
    limits.allow(answerMs, "the server did not answer");
    request.end();
  }

  /** Waits until the server wants the body, has answered instead, or says nothing. */
  async #leave(): Promise<void> {
    const { request } = this;
    request.flushHeaders();
    this.options.limits.allow(this.options.idleMs, "the server could not be reached");
    const heard = new AbortController();
    const { signal } = heard;
    const connected = new Promise<void>((resolve) => {
      request.once("socket", (socket) => {
        if (!socket.connecting) resolve();
        else socket.once(request.protocol === "https:" ? "secureConnect" : "connect", resolve);
      });
    });
    const silence = connected.then(() => {
      // reached: from here on it is we who wait
      this.options.limits.rest();
      return new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, CONTINUE_MS);
        signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
      });
    });
    const words = ["continue", "response", "close"].map((event) =>
      once(request, event, { signal }),
    );
    try {
      await Promise.race([silence, ...words]);
    } finally {
      for (const word of words) word.catch(() => {});
      heard.abort();
    }
  }

  async #body(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const { request } = this;
    const { limits, idleMs } = this.options;
    for await (const chunk of sourced(bytes)) {
      if (this.#stopped || request.destroyed) return;
      if (request.write(chunk)) continue;
      limits.allow(idleMs, "the server took no data");
      await new Promise<void>((resolve) => {
        const go = () => {
          for (const event of EVENTS) request.off(event, go);
          resolve();
        };
        for (const event of EVENTS) request.once(event, go);
      });
      if (!this.#stopped) limits.rest();
    }
  }
}

/** Tells faults of the source from all others. */
async function* sourced(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (cause) {
    throw new SourceFault("the body's source failed", { cause });
  }
}

const EVENTS = ["drain", "response", "close"];

async function* received(
  response: IncomingMessage,
  {
    options: { limits, idleMs },
    explained,
    close,
  }: { options: Exchange; explained: (error: unknown) => unknown; close: () => void },
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = response[Symbol.asyncIterator]() as AsyncIterableIterator<Uint8Array>;
  try {
    for (;;) {
      // only while we wait for it: a slow reader isn't a silent server
      limits.allow(idleMs, "no data came");
      const { done, value } = await chunks.next();
      limits.rest();
      if (done) break;
      yield value;
    }
    if (!response.complete) throw new Error("the answer broke off");
  } catch (error) {
    throw explained(error);
  } finally {
    limits.rest();
    close();
  }
}
