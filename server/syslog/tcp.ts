// Syslog over TCP and TLS (RFC 6587, RFC 5425). While there is no room for more messages, connections aren't read, so their
// senders wait.

import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from "node:tls";
import { hostAndPort } from "../http/each-host.js";
import { type Frame, Framing } from "./framing.js";
import type { Handover } from "./handover.js";

const MOST_CONNECTIONS = 1_000;
const MOST_OF_ONE_ADDRESS = 100;
/** A connection may be idle this long, since senders keep connections that they seldom use. */
const IDLE_MS = 3600_000;
const HANDSHAKE_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;

export interface TcpListener {
  port: number;
  /** Sets new certificates; undefined without TLS. */
  setSecureContext: ((options: TlsOptions) => void) | undefined;
  connections(): number;
  /** Takes no new connections, reads what has come, and ends them. */
  close(): Promise<void>;
}

export async function openTcp(
  { host, port }: { host: string; port: number },
  { handover, tls }: { handover: Handover; tls: TlsOptions | undefined },
): Promise<TcpListener> {
  const open = new Map<Socket, string>();
  const take = (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    const isAllowed = handover.isAllowed(address);
    const ofAddress = [...open.values()].filter((of) => of === address).length;
    if (!isAllowed || open.size >= MOST_CONNECTIONS || ofAddress >= MOST_OF_ONE_ADDRESS) {
      handover.counts.add(isAllowed ? "dropped" : "refused");
      socket.destroy();
      return false;
    }
    open.set(socket, address);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    // a broken connection just closes
    socket.on("error", () => undefined);
    socket.once("close", () => open.delete(socket));
    return true;
  };
  const isSecure = tls !== undefined;
  const server: Server = isSecure
    ? createTlsServer({ ...tls, handshakeTimeout: HANDSHAKE_MS }, (socket) => {
        const { remoteAddress = "", remotePort = 0 } = socket;
        // a certificate must be valid, also where senders need none
        const hasBadCertificate = !socket.authorized && hasCertificate(socket);
        if (hasBadCertificate) socket.destroy();
        else
          read(
            socket,
            { address: remoteAddress, port: remotePort, tlsPeer: peerOf(socket) },
            handover,
          );
      })
    : createServer((socket) => {
        const { remoteAddress = "", remotePort = 0 } = socket;
        if (take(socket))
          read(socket, { address: remoteAddress, port: remotePort, tlsPeer: "" }, handover);
      });
  // checks before the handshake, which costs time
  if (isSecure) server.prependListener("connection", (socket: Socket) => void take(socket));
  server.on("tlsClientError", () => undefined);
  server.listen({ host, port, ipv6Only: host.includes(":") });
  await once(server, "listening");
  // the process may have run out of descriptors: the next connection may find one
  server.on("error", () => undefined);
  return {
    port: (server.address() as AddressInfo).port,
    setSecureContext: isSecure
      ? (options) => (server as ReturnType<typeof createTlsServer>).setSecureContext(options)
      : undefined,
    connections: () => open.size,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of open.keys()) socket.end();
      // bytes on their way may still arrive
      const timer = setTimeout(() => {
        for (const socket of open.keys()) socket.destroy();
      }, CLOSE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

const CLOSE_MS = 200;

const hasCertificate = (socket: TLSSocket): boolean =>
  Object.keys(socket.getPeerCertificate() ?? {}).length > 0;

function peerOf(socket: TLSSocket): string {
  const { subject } = socket.getPeerCertificate() ?? {};
  return socket.authorized ? String(subject?.CN ?? "") : "";
}

interface From {
  address: string;
  port: number;
  tlsPeer: string;
}

function read(
  socket: Socket,
  { address, port, tlsPeer }: From,
  { intake, counts }: Handover,
): void {
  const framing = new Framing();
  const sender = { client: hostAndPort(address, port), address, tlsPeer };
  const offer = ({ bytes, isCut }: Frame, isLast = false) => {
    if (bytes.length === 0) return;
    if (isCut) counts.add("cut");
    // copied, since the chunk may be a small part of a large piece of memory
    intake.offer({ bytes: Buffer.from(bytes), sender }, isLast);
  };
  let forget: (() => void) | undefined;
  let isEnded = false;
  const finish = () => {
    const last = framing.end();
    if (last) offer(last, true);
  };
  /** Takes messages as long as there is room. The rest of the chunk and the connection wait. */
  const takeAll = (frames: Iterator<Frame>) => {
    forget?.();
    forget = undefined;
    while (!intake.isFull) {
      const { done, value } = frames.next();
      if (done) {
        if (isEnded) finish();
        else socket.resume();
        return;
      }
      offer(value);
    }
    socket.pause();
    forget = intake.onRoom(() => takeAll(frames));
  };
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => takeAll(framing.push(chunk)));
  // messages of the last chunk may still wait for room after the sender has left
  socket.once("end", () => {
    isEnded = true;
    if (forget === undefined) finish();
  });
}
