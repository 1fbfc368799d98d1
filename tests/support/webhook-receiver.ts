// The other end of a webhook.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  request: IncomingMessage;
  /** With its query. */
  path: string;
  body: string;
  /** The same, as it came. */
  bytes: Buffer;
}

export type Answer = (response: ServerResponse, received: Received) => void;

export interface Receiver extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; it answers on any path. */
  origin: string;
  /** One of them. */
  url: string;
  received: Received[];
  close(): Promise<void>;
}

/**
 * Starts a receiver.
 * @param answer a status, or a function that answers, or doesn't
 */
export async function receiver(
  answer: number | Answer,
  headers: Record<string, string> = {},
): Promise<Receiver> {
  const received: Received[] = [];
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      const one = { request, path: request.url ?? "", body: bytes.toString(), bytes };
      received.push(one);
      if (typeof answer === "function") answer(response, one);
      else response.writeHead(answer, headers).end("what the webhook says");
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => http.once("listening", resolve));
  const close = async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    origin,
    url: `${origin}/hook`,
    received,
    close,
    [Symbol.asyncDispose]: close,
  };
}
