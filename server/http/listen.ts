// Opens listening sockets for one handler, plain or TLS, and closes them in order.

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { BindAddress } from "./bind-address.js";
import { type BodyTimes, boundBodyTime } from "./body-time.js";
import { onEachHost } from "./each-host.js";
import { markAwaitingContinue } from "./error-answer.js";
import { type Renewal, readTls, renew, type TlsFiles, type TlsMaterial } from "./tls.js";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const IDLE_SWEEP_MS = 50;
/** A connection over which nothing has come, such as a browser opens ahead, holds up a stop for this long at most. */
const SILENT_MS = 500;
/** Room for a request's line and headers: a long filter must fit in. */
const HEAD_BYTES = 256 * 1024;

export interface ListenOptions {
  address: BindAddress;
  tls?: TlsFiles | undefined;
  handler: Handler;
  /** Other limits than usual for the time in which a body must come. */
  bodyTimes?: Partial<BodyTimes> | undefined;
  /** Called when a changed certificate can't be used. */
  onRenewalFault?: ((error: unknown) => void) | undefined;
}

export interface Listener {
  /** `http://127.0.0.1:5080`, one for each address. */
  urls: string[];
  /** Reads the certificate and its key again, for new connections. */
  renewCertificate(): Promise<void>;
  /** Takes no new connections, and ends idle ones. */
  stop(): void;
  /** Resolves when every connection has ended. It cuts those that are still open after `ms`. */
  closed(ms: number): Promise<void>;
}

/** @throws ADDRESS_UNAVAILABLE, FILE_UNAVAILABLE */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { address, tls, handler, bodyTimes } = options;
  const secure = tls && (await readTls(tls));
  const servers: Server[] = [];
  const closing: Promise<unknown>[] = [];
  const connections = new Connections();
  const bounded: Handler = (request, response) => {
    boundBodyTime(request, response, bodyTimes);
    handler(request, response);
  };
  let places: string[];
  try {
    places = await onEachHost(address, async ({ host, port }) => {
      const limits = { maxHeaderSize: HEAD_BYTES };
      const server = secure
        ? createTlsServer({ ...limits, ...secure }, bounded)
        : createServer(limits, bounded);
      configure(server, bounded);
      connections.of(server);
      // otherwise `::` would also take IPv4, where 0.0.0.0 listens already
      server.listen({ host, port, ipv6Only: host.includes(":") });
      await once(server, "listening");
      // the system may have run out of descriptors or memory for one connection: the next one may find some
      server.on("error", () => {});
      servers.push(server);
      return (server.address() as AddressInfo).port;
    });
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  const renewal =
    tls && secure && renewalOf(tls, { first: secure, servers, onFault: options.onRenewalFault });
  return {
    urls: places.map((place) => `${tls ? "https" : "http"}://${place}`),
    renewCertificate: async () => renewal?.look(),
    stop: () => {
      renewal?.stop();
      for (const server of servers) {
        closing.push(once(server, "close"));
        server.close();
      }
    },
    closed: async (ms) => {
      const timer = setTimeout(() => connections.cut(), ms);
      const silence = setTimeout(() => connections.cutSilent(), SILENT_MS);
      // a kept-alive connection becomes idle when its answer is out
      const sweep = setInterval(() => {
        for (const server of servers) server.closeIdleConnections();
      }, IDLE_SWEEP_MS);
      await Promise.all(closing);
      clearTimeout(timer);
      clearTimeout(silence);
      clearInterval(sweep);
    },
  };
}

interface RenewalOf {
  first: TlsMaterial;
  servers: readonly Server[];
  onFault: ListenOptions["onRenewalFault"];
}

function renewalOf(tls: TlsFiles, { first, servers, onFault }: RenewalOf): Renewal {
  return renew(tls, {
    first,
    use: (material) => {
      for (const server of servers) (server as TlsServer).setSecureContext(material);
    },
    onFault: (error) => onFault?.(error),
  });
}

/**
 * All open connections, also those in the handshake of TLS, which Node's own list lacks. Otherwise a client that begins a
 * handshake and doesn't end it would keep the server from ending for two minutes.
 */
class Connections {
  readonly #open = new Set<Socket>();
  #isCut = false;

  of(server: Server): void {
    server.on("connection", (socket: Socket) => {
      if (this.#isCut) {
        socket.destroy();
        return;
      }
      this.#open.add(socket);
      socket.once("close", () => this.#open.delete(socket));
    });
  }

  /** Ends the connections over which nothing has come. Node doesn't count them as idle. */
  cutSilent(): void {
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
  }

  /** Ends all connections, also those that still come. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#open) socket.destroy();
  }
}

/**
 * Checks that the server could listen at all these places, before anything else begins.
 * @throws what `listen` does
 */
export async function demandFree(
  places: readonly Pick<ListenOptions, "address" | "tls">[],
): Promise<void> {
  const listeners: Listener[] = [];
  try {
    for (const place of places) {
      listeners.push(await listen({ ...place, handler: (request) => request.destroy() }));
    }
  } finally {
    for (const listener of listeners) listener.stop();
    await Promise.all(listeners.map((listener) => listener.closed(0)));
  }
}

function configure(server: Server, handler: Handler): void {
  // five minutes by default, which would cut a large upload; transfers have idle limits of their own
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  // Longer than clients and proxies keep an idle connection (nginx: 60 s), so that they close it first. With Node's 5 s the
  // next request of a busy client could meet a closing connection.
  server.keepAliveTimeout = 75_000;
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    markAwaitingContinue(request);
    handler(request, response);
  });
}
