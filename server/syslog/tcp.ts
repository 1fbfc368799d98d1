// Syslog over TCP and TLS (RFC 6587, RFC 5425). While there is no room for a stream's messages it isn't read, so its sender
// waits.

import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from "node:tls";
import { hostAndPort } from "../http/each-host.js";
import { type Frame, Framing } from "./framing.js";
import type { Handover } from "./handover.js";

const MOST_CONNECTIONS = 1_000;
const MOST_OF_ONE_ADDRESS = 100;
/** A connection may be idle this long, for senders keep connections that they seldom use. */
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
    // a broken connection closes, and that is all
    socket.on("error", () => undefined);
    socket.once("close", () => open.delete(socket));
    return true;
  };
  const isSecure = tls !== undefined;
  const server: Server = isSecure
    ? createTlsServer({ ...tls, handshakeTimeout: HANDSHAKE_MS }, (socket) => {
        const { remoteAddress = "", remotePort = 0 } = socket;
        // a certificate that a sender shows must be good, whether it was asked for or not
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
  // comes before the handshake, which costs time
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
      // bytes that are on their way may still come
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
    // memory of its own: the chunk may be a small part of a large piece
    intake.offer({ bytes: Buffer.from(bytes), sender }, isLast);
  };
  let forget: (() => void) | undefined;
  let isEnded = false;
  const finish = () => {
    const last = framing.end();
    if (last) offer(last, true);
  };
  /** As far as there is room; the rest of the chunk, and the stream, wait. */
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
  // a sender may have left while messages of its last chunk still wait for room: they stay
  socket.once("end", () => {
    isEnded = true;
    if (forget === undefined) finish();
  });
}
