// The other end of a webhook.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  request: IncomingMessage;
  body: string;
}

export type Answer = (response: ServerResponse, received: Received) => void;

export interface Receiver extends AsyncDisposable {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

/**
 * Starts a receiver.
 * @param answer a status, or a function that answers, or "never"
 */
export async function receiver(
  answer: number | Answer,
  headers: Record<string, string> = {},
): Promise<Receiver> {
  const received: Received[] = [];
  const http = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const one = { request, body };
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
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/hook`,
    received,
    close,
    [Symbol.asyncDispose]: close,
  };
}
