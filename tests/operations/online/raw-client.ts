// A client at the level of bytes: it sends what it is told to, reads when it is told to, and shows what it got.

import { once } from "node:events";
import { connect } from "node:net";

export interface RawClient {
  send(bytes: string | Uint8Array): Promise<void>;
  /** Reads nothing from now on. */
  stall(): void;
  /** Reads on. */
  read(): void;
  /** How many bytes came. */
  received(): number;
  /** What came, as latin-1. */
  text(): string;
  /** Settles when the connection is closed. */
  ended: Promise<void>;
  /** Goes away. */
  leave(): void;
}

export async function rawClient(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const chunks: Buffer[] = [];
  let received = 0;
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    received += chunk.length;
  });
  socket.on("error", () => {});
  const ended = new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
  });
  return {
    ended,
    send: (bytes) =>
      new Promise((resolve) => {
        // a server that has closed takes nothing more: how it ended tells
        socket.write(bytes, () => resolve());
      }),
    stall: () => socket.pause(),
    read: () => socket.resume(),
    received: () => received,
    text: () => Buffer.concat(chunks).toString("latin1"),
    leave: () => socket.destroy(),
  };
}

/** A request's head. */
export function head(line: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line}\r\nHost: localhost\r\n${lines.join("")}\r\n`;
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1]);
}
