// A `fetch` over node:http, as far as JSON calls need one: Node's own takes no certificates and
// no proxies.

import { Limits } from "../limits.js";
import { TIMEOUT_MAX_MS, type TlsOptions } from "../options.js";
import { exchange } from "./transport.js";
import { webStream } from "./web-stream.js";

export async function nodeFetch(
  request: Request,
  { tls, signal }: { tls: TlsOptions | undefined; signal: AbortSignal },
): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer());
  const limits = new Limits(signal);
  try {
    const answer = await exchange({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      ...(body.byteLength > 0 && {
        body: { bytes: only(body), length: body.byteLength, asksFirst: false },
      }),
      // its caller limits its time
      tls,
      limits,
      idleMs: TIMEOUT_MAX_MS,
      answerMs: TIMEOUT_MAX_MS,
    });
    const { status } = answer;
    const headers = new Headers(answer.headers);
    // these may have no body, says the constructor
    if ([204, 205, 304].includes(status)) return new Response(null, { status, headers });
    return new Response(webStream(answer.bytes()), { status, headers });
  } finally {
    limits.rest();
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
