// A client at the level of bytes, for what fetch would never send.

import { connect, type Socket } from "node:net";

export interface RawAnswer {
  /** Everything the server sent. */
  text: string;
  bytes: number;
  /** How the connection ended. */
  end: "closed" | "reset";
}

export interface RawOptions {
  /** Called once connected, to write whatever, whenever. */
  write: (socket: Socket) => void;
  /** Told of each piece. */
  onData?: (text: string, socket: Socket) => void;
}

/** Resolves when the connection has ended. */
export function rawExchange(url: string, { write, onData }: RawOptions): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    let bytes = 0;
    let end: RawAnswer["end"] = "closed";
    socket.on("connect", () => write(socket));
    socket.on("data", (chunk) => {
      bytes += chunk.length;
      // the head and a little more are all that tests read
      if (text.length < 100_000) text += chunk.toString("latin1");
      onData?.(text, socket);
    });
    socket.on("error", () => {
      end = "reset";
    });
    socket.on("close", () => resolve({ text, bytes, end }));
  });
}

/** The status of a raw answer; undefined if there is none. */
export function statusOf(text: string): number | undefined {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  return status === undefined ? undefined : Number(status);
}
