// The way to a store: direct, or by the proxy that the environment names. Its twin is `sdk/node/proxy`, since the SDK imports
// nothing of the server.

import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { AddressRanges, readRange } from "../../../platform/address-ranges.js";
import { FlowgError } from "../../../platform/errors.js";

/**
 * The proxy for a URL, or undefined for the direct way. This machine itself is always reached directly.
 * @throws INPUT_INVALID for a proxy that can't be used
 */
export function proxyFor(url: string): URL | undefined {
  const { hostname, protocol } = new URL(url);
  const host = unbracketed(hostname);
  if (isLoopback(host) || isExcepted(host)) return undefined;
  const given = getProxyForUrl(url);
  if (given === "") return undefined;
  // for a proxy without a scheme, the library takes the target's; it must be plain HTTP
  const bare = /^https?:\/\/(.+)$/.exec(given)?.[1];
  const isBare = [`${protocol.slice(0, -1)}_proxy`, "all_proxy"].some(
    (name) => bare !== undefined && env(name) === bare,
  );
  const text = isBare ? `http://${bare}` : given;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new FlowgError("INPUT_INVALID", "the proxy that the environment names can't be used", {
    hint: "HTTP_PROXY, HTTPS_PROXY and ALL_PROXY take http and https URLs; NO_PROXY lists hosts that need none",
  });
}

/** Begins a request by way of the proxy. */
export function requestBy(proxy: URL, url: URL, options: RequestOptions): ClientRequest {
  if (url.protocol === "https:") return tunnelled(proxy, url, options);
  const authorization = basic(proxy);
  const begin = proxy.protocol === "https:" ? httpsRequest : httpRequest;
  return begin(proxy, {
    ...options,
    // RFC 9112 section 3.2.2: a proxy is asked for the whole URL
    path: url.href,
    headers: {
      ...options.headers,
      host: url.host,
      ...(authorization && { "proxy-authorization": authorization }),
    },
    // the proxy's name and password would be sent as those for the store
    auth: undefined as never,
  });
}

function tunnelled(proxy: URL, url: URL, options: RequestOptions): ClientRequest {
  const request = httpsRequest(url, {
    ...options,
    agent: new HttpsProxyAgent(proxy) as unknown as Agent,
    // the agent would compare the certificate with the proxy's name if the store is named by its address
    checkServerIdentity: (_: string, certificate) =>
      checkServerIdentity(unbracketed(url.hostname), certificate),
  });
  request.on("proxyConnect", ({ statusCode }: { statusCode: number }) => {
    if (statusCode === 200) return;
    // the proxy's own answer must not pass for the store's
    request.destroy(proxyRefusal(proxy, url, statusCode));
  });
  return request;
}

export const proxyRefusal = (proxy: URL, url: URL, status: number): FlowgError =>
  new FlowgError(
    "REPOSITORY_UNAVAILABLE",
    `the proxy ${proxy.host} refuses the way to ${url.host} (HTTP ${status})`,
    {
      hint:
        status === 407
          ? "it wants a name and a password: write them into the proxy's URL"
          : "ask those who run it, or list the store's host in NO_PROXY",
    },
  );

function basic({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(plain).toString("base64")}`;
}

const unbracketed = (host: string): string => host.replace(/^\[|\]$/g, "");

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

const env = (name: string): string => process.env[name] || process.env[name.toUpperCase()] || "";

/** `10.0.0.0/8` in NO_PROXY. The library knows only names and single addresses. */
function isExcepted(host: string): boolean {
  const ranges = new AddressRanges();
  for (const entry of env("no_proxy").split(/[\s,]+/)) {
    const range = readRange(entry);
    if (range?.family === (isIP(host) === 6 ? "ipv6" : "ipv4")) ranges.add(range);
  }
  return ranges.has(host);
}
