// A server that answers as a test wants, on a port of its own, and remembers what it was asked.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface FakeServer extends AsyncDisposable {
  url: string;
  asked: Asked[];
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** @param wantsBody false: bodies are not read, nor leave given to send them */
export async function fakeServer(handler: Handler, wantsBody = true): Promise<FakeServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const entry: Asked = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: "",
    };
    asked.push(entry);
    try {
      if (wantsBody) {
        for await (const chunk of request) entry.body += chunk.toString("latin1");
      }
    } catch {
      return; // the client went away
    }
    await handler(request, response);
  });
  server.on("checkContinue", (request, response) => {
    if (wantsBody) response.writeContinue();
    server.emit("request", request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

export const apiError = (code: string, more: Record<string, unknown> = {}) => ({
  success: false,
  code,
  message: `this is ${code}`,
  requestId: "r-1",
  ...more,
});

/** What was thrown; fails if nothing was. */
export async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
