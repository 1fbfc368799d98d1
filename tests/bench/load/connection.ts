// A keep-alive HTTP/1.1 connection that costs its client next to nothing. The bytes of requests are made beforehand, and an
// answer is read only to find its end. A load from Node's own client would measure that client.

import { once } from "node:events";
import { connect, type Socket } from "node:net";

export class Connection {
  #received = "";
  #answered: ((status: number) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding("latin1");
    socket.on("data", (text: unknown) => {
      this.#received += text as string;
      this.#look();
    });
    socket.on("close", () => this.#answered?.(0));
    socket.on("error", () => {}); // "close" follows
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    return new Connection(socket);
  }

  /** Sends the bytes of a request; resolves with the status of its answer, 0 if the connection broke. */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) return resolve(0);
      this.#answered = resolve;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #look(): void {
    const headEnd = this.#received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    const isWhole =
      length === undefined
        ? this.#received.endsWith("\r\n0\r\n\r\n")
        : this.#received.length >= headEnd + 4 + Number(length);
    if (!isWhole) return;
    this.#received = "";
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(Number(head.slice(9, 12)));
  }
}

export function requestBytes(line: string, headers: Record<string, string>, body = ""): Buffer {
  const all = { Host: "localhost", ...headers, "Content-Length": String(body.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${line} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}
