// Google Cloud Logging by gRPC, as FlowG calls it: one call of its own over HTTP/2 (grpc.io, "gRPC over HTTP2").

import { connect, type IncomingHttpHeaders } from "node:http2";
import type { LookupFunction } from "node:net";
import { FlowgError } from "../../platform/errors.js";
import { inUrl, type ServiceOf } from "../../records/config/service.js";
import type { WebhookFailure } from "../webhooks/call-webhook.js";
import { ANSWERED, limitedCall } from "../webhooks/limited-call.js";
import type { ServiceCall } from "./deliver.js";
import { googleToken } from "./google-token.js";

type Google = ServiceOf<"googlecloudlogging">;

const METHOD = "/google.logging.v2.LoggingServiceV2/WriteLogEntries";
/** Statuses of gRPC after which the same call may succeed: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const MAY_PASS = new Set(["4", "8", "10", "13", "14"]);

export const googleUrl = ({ host, port, disable_tls }: Google): URL =>
  new URL(`${disable_tls ? "http" : "https"}://${inUrl(host)}:${port}`);

export async function sendToGoogle(
  service: Google,
  { body, what, owner, hosts }: ServiceCall,
  signal: AbortSignal,
): Promise<WebhookFailure | undefined> {
  const call = async (limited: AbortSignal) => {
    const url = googleUrl(service);
    hosts.demandPlausible(url);
    const token = await googleToken(service);
    const message = framed(body as Uint8Array);
    return await callOnce({ url, token, message, lookup: hosts.lookup }, limited);
  };
  const words = { what, owner, place: "host", verb: ANSWERED };
  const { failure, answer: headers } = await limitedCall({ ...words, call }, signal);
  if (failure) return failure;
  const status = headers["grpc-status"];
  if (status === "0") return undefined;
  const code = Number(headers[":status"]);
  const [problem, mayPass] =
    status === undefined
      ? [`answered ${code}, without a status of gRPC`, code >= 500]
      : [`answered with status ${Number(status)} of gRPC`, MAY_PASS.has(String(status))];
  return { error: new FlowgError("UPSTREAM_FAILED", `${what} ${problem}`), mayPass };
}

interface GoogleCall {
  url: URL;
  token: string | undefined;
  message: Buffer;
  lookup: LookupFunction;
}

/** Calls, and resolves with the headers and trailers of the answer together. */
function callOnce(
  { url, token, message, lookup }: GoogleCall,
  signal: AbortSignal,
): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    const session = connect(url, { lookup } as object);
    const all: IncomingHttpHeaders = {};
    const stop = () => session.destroy(new Error("stopped"));
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    session.once("error", reject);
    session.once("close", () => {
      signal.removeEventListener("abort", stop);
      // a session that ends by itself, before the call does
      reject(new Error("the connection was closed without an answer"));
    });
    const stream = session.request({
      ":method": "POST",
      ":path": METHOD,
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "flowg",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    });
    stream.on("response", (headers) => Object.assign(all, headers));
    stream.on("trailers", (headers) => Object.assign(all, headers));
    stream.once("error", reject);
    stream.once("close", () => {
      if (all[":status"] !== undefined) resolve(all);
      session.destroy();
    });
    // the answer holds nothing but its status
    stream.resume();
    stream.end(message);
  });
}

/** A message after its head: not compressed, and its length. */
function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
