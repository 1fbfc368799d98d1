// Sends one request to a store and reads its whole answer. There is no time limit as long as bytes move, since a large object may
// come over a slow line. But a store that hardly moves any isn't waited for.

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { FlowgError } from "../../../platform/errors.js";
import { TransientFault } from "../object-store.js";
import { connectionFault } from "./connection-fault.js";
import { proxyFor, proxyRefusal, requestBy } from "./proxy.js";

export interface StoreRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: Uint8Array | undefined;
}

export interface StoreAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface TimeLimits {
  /** The time to get a connection, TLS included. */
  connectMs: number;
  /** In each window of this length … */
  windowMs: number;
  /** … at least so many bytes must move, in either direction, or the request ends. */
  leastBytes: number;
}

export const TIME_LIMITS: TimeLimits = {
  connectMs: 20_000,
  windowMs: 60_000,
  leastBytes: 16 * 1024,
};

/** Larger than any object: an endless answer must not fill the memory. */
const LARGEST_ANSWER = 1024 ** 3;
const PIECE = 64 * 1024;

export class Connections {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https: HttpsAgent;
  readonly #ca: string | undefined;
  readonly #limits: TimeLimits;

  constructor(ca: string | undefined, limits: TimeLimits) {
    this.#ca = ca;
    this.#https = new HttpsAgent({ keepAlive: true, ca });
    this.#limits = limits;
  }

  /** @throws TransientFault, REPOSITORY_UNAVAILABLE */
  async send(request: StoreRequest, signal: AbortSignal): Promise<StoreAnswer> {
    const { url } = request;
    const proxy = proxyFor(url.href);
    const client = this.#begin(request, proxy, signal);
    const watch = new Watch(client, this.#limits);
    try {
      const answer = await new Promise<StoreAnswer>((resolve, reject) => {
        client.on("error", reject);
        client.on("response", (answer) => {
          receive(answer, (bytes) => watch.moved(bytes)).then(resolve, reject);
        });
        sendBody(client, request.body, (bytes) => watch.moved(bytes));
      });
      // RFC 9110 section 15.5.8: only a proxy says so. By a tunnel its answer doesn't come here
      if (proxy && answer.status === 407) throw proxyRefusal(proxy, url, answer.status);
      return answer;
    } catch (cause) {
      throw watch.fault(url.host) ?? connectionFault(cause, { url, proxy });
    } finally {
      watch.end();
      // a whole answer gives the connection back to the agent; anything else closes it
      if (!client.destroyed && !client.writableFinished) client.destroy();
    }
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #begin(
    { method, url, headers, body }: StoreRequest,
    proxy: URL | undefined,
    signal: AbortSignal,
  ): ClientRequest {
    const isSecure = url.protocol === "https:";
    const options = {
      method,
      headers: { ...headers, ...(body && { "content-length": String(body.byteLength) }) },
      signal,
      ...(isSecure && this.#ca !== undefined && { ca: this.#ca }),
    };
    if (proxy) return requestBy(proxy, url, options);
    return isSecure
      ? httpsRequest(url, { ...options, agent: this.#https })
      : httpRequest(url, { ...options, agent: this.#http });
  }
}

/** Sends in pieces, and reports each once the system has taken it. A broken connection shows up as the request's error. */
function sendBody(
  client: ClientRequest,
  body: Uint8Array | undefined,
  moved: (bytes: number) => void,
): void {
  let at = 0;
  const next = (): void => {
    if (client.destroyed) return;
    if (!body || at >= body.byteLength) {
      client.end();
      return;
    }
    const piece = body.subarray(at, at + PIECE);
    at += piece.byteLength;
    client.write(piece, (error) => {
      if (error) return;
      moved(piece.byteLength);
      next();
    });
  };
  next();
}

async function receive(
  answer: IncomingMessage,
  moved: (bytes: number) => void,
): Promise<StoreAnswer> {
  const { statusCode: status = 0, headers } = answer;
  const said = headers["content-length"];
  const length = said === undefined ? undefined : Number(said);
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    received += chunk.length;
    moved(chunk.length);
    chunks.push(chunk);
    if (received > LARGEST_ANSWER)
      throw new FlowgError(
        "REPOSITORY_UNAVAILABLE",
        "the store's answer is larger than any object",
      );
  }
  const isCut = !answer.complete || (length !== undefined && received !== length);
  // without a length, a closed connection looks like the end of the object
  const isUnclear =
    length === undefined && headers["transfer-encoding"] === undefined && status === 200;
  if (isCut || (isUnclear && received > 0))
    throw new TransientFault(
      `the answer of the store ends after ${received} bytes, before its end`,
    );
  return { status, headers, body: Buffer.concat(chunks, received) };
}

/** Ends a request that takes too long to connect, or moves too few bytes. */
class Watch {
  readonly #client: ClientRequest;
  readonly #limits: TimeLimits;
  readonly #window: NodeJS.Timeout;
  #connecting: NodeJS.Timeout | undefined;
  #movedBytes = 0;
  #slow: string | undefined;

  constructor(client: ClientRequest, limits: TimeLimits) {
    this.#client = client;
    this.#limits = limits;
    this.#connecting = setTimeout(
      () => this.#stop(`can't be reached within ${limits.connectMs / 1000} seconds`),
      limits.connectMs,
    );
    client.once("socket", (socket) => {
      if (!socket.connecting) return this.#connected();
      // with TLS this comes before anything is sent
      socket.once("encrypted" in socket ? "secureConnect" : "connect", () => this.#connected());
    });
    this.#window = setInterval(() => {
      const { leastBytes, windowMs } = this.#limits;
      if (this.#movedBytes < leastBytes)
        this.#stop(`moved ${this.#movedBytes} bytes in ${windowMs / 1000} seconds`);
      this.#movedBytes = 0;
    }, limits.windowMs);
  }

  moved(bytes: number): void {
    this.#connected();
    this.#movedBytes += bytes;
  }

  /** Why the request was ended, or undefined. */
  fault(host: string): TransientFault | undefined {
    if (this.#slow === undefined) return undefined;
    return new TransientFault(`the store ${host} ${this.#slow}`, {
      hint: "check the network, and the store's endpoint",
      isDeaf: this.#slow.startsWith("can't"),
    });
  }

  end(): void {
    this.#connected();
    clearInterval(this.#window);
  }

  #connected(): void {
    clearTimeout(this.#connecting);
    this.#connecting = undefined;
  }

  #stop(why: string): void {
    this.#slow ??= why;
    this.#client.destroy(new Error(why));
  }
}
