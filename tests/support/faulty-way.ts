// The way to a store, with faults on it: an HTTP server passes requests on, except those for which a rule has a fault.

import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

export interface SeenRequest {
  method: string;
  /** The URL with its query. */
  url: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export type Fault =
  /** Answered here; the store never sees it. */
  | { answer: number; code?: string; text?: string; headers?: Record<string, string> }
  /** The connection ends before the store sees the request, or after it has carried it out. */
  | { reset: "before" | "after" }
  /** The answer ends after so many bytes of its body. */
  | { cut: number }
  /** No answer comes. */
  | { hang: true }
  /** Passed on once that is there. */
  | { waitFor: Promise<unknown> }
  /** The body of the answer comes in pieces, so many bytes each such while. */
  | { pieces: number; everyMs: number }
  /** What the store sees is something else. */
  | { change: (request: SeenRequest) => Partial<SeenRequest> }
  /** What comes back is something else. */
  | { changeAnswer: (body: Buffer) => Buffer };

export interface FaultyWay extends AsyncDisposable {
  endpoint: string;
  /** What has arrived. */
  requests: SeenRequest[];
  /** Requests that were under way at once, at most. */
  most: number;
  /** Asked for each request; undefined: it is passed on. */
  rule: (request: SeenRequest) => Fault | undefined;
}

/** The fault for the first such requests, and none for those that follow. */
export function first(
  count: number,
  fault: Fault,
  which: (request: SeenRequest) => boolean = () => true,
): (request: SeenRequest) => Fault | undefined {
  let left = count;
  return (request) => (which(request) && left-- > 0 ? fault : undefined);
}

/** Lists are what they were when they were first asked for. */
export function staleLists(): (request: SeenRequest) => Fault | undefined {
  const older = new Map<string, Buffer>();
  return ({ url }) => {
    if (!url.includes("list-type=2")) return undefined;
    return {
      changeAnswer: (body) => {
        const found = older.get(url) ?? body;
        older.set(url, found);
        return found;
      },
    };
  };
}

export async function startFaultyWay(target: string): Promise<FaultyWay> {
  let underWay = 0;
  const server = createServer(async (incoming, response) => {
    way.most = Math.max(way.most, ++underWay);
    response.on("close", () => underWay--);
    incoming.on("error", () => {});
    const body = await buffer(incoming).catch(() => Buffer.alloc(0));
    const { method = "", url = "", headers } = incoming;
    const seen = { method, url, headers, body };
    way.requests.push(seen);
    const fault = way.rule(seen);
    await answer(seen, { target, fault, response }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const way: FaultyWay = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    most: 0,
    rule: () => undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return way;
}

interface Answering {
  target: string;
  fault: Fault | undefined;
  response: ServerResponse;
}

async function answer(seen: SeenRequest, { target, fault, response }: Answering): Promise<void> {
  if (fault && "answer" in fault) {
    const { answer: status, code = "Fault", headers = {} } = fault;
    const text = fault.text ?? `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
    response.writeHead(status, headers).end(text);
    return;
  }
  if (fault && "hang" in fault) return;
  if (fault && "waitFor" in fault) await fault.waitFor;
  if (fault && "reset" in fault && fault.reset === "before") return void response.destroy();
  const changed = fault && "change" in fault ? fault.change(seen) : {};
  const { status, headers, body } = await pass({ ...seen, ...changed }, target);
  if (!fault || "change" in fault || "waitFor" in fault)
    return void response.writeHead(status, headers).end(body);
  if ("reset" in fault) return void response.destroy();
  if ("changeAnswer" in fault) {
    response.writeHead(status, withoutLength(headers)).end(fault.changeAnswer(body));
    return;
  }
  response.writeHead(status, headers);
  if ("cut" in fault) {
    response.write(body.subarray(0, fault.cut), () => response.destroy());
    return;
  }
  if (!("pieces" in fault)) return;
  const last = Math.max(0, body.length - fault.pieces);
  for (let at = 0; at < last && !response.destroyed; at += fault.pieces) {
    response.write(body.subarray(at, Math.min(at + fault.pieces, last)));
    await sleep(fault.everyMs);
  }
  response.end(body.subarray(last));
}

const withoutLength = ({ "content-length": _, ...others }: IncomingMessage["headers"]) => others;

/** Passes the request on with its headers as they are: they are signed. */
function pass(
  { method, url, headers, body }: SeenRequest,
  target: string,
): Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer }> {
  return new Promise((resolve, reject) => {
    // a proxy is asked for whole URLs
    const path = url.startsWith("/") ? url : new URL(url).href.slice(new URL(url).origin.length);
    const passed = httpRequest(target + path, { method, headers, agent: false }, (answered) => {
      buffer(answered).then((bytes) => {
        resolve({ status: answered.statusCode ?? 0, headers: answered.headers, body: bytes });
      }, reject);
    });
    passed.on("error", reject);
    passed.end(body);
  });
}
