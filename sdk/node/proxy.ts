// The way to a server: direct, or by the proxy that the environment names, as curl and Go programs take it:
// HTTP_PROXY, HTTPS_PROXY and ALL_PROXY in either case, and NO_PROXY for hosts that are reached directly.

import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import { ConnectionError, InputError } from "../errors.js";

/**
 * The proxy for a URL, or undefined for the direct way. This machine itself is always reached directly, as by Go.
 * @throws InputError for a proxy that can't be used
 */
export function proxyFor(url: string): URL | undefined {
  const target = new URL(url);
  const host = addressOf(target);
  if (isLoopback(host) || isInNoProxyRange(host)) return undefined;
  const given = getProxyForUrl(url);
  if (given === "") return undefined;
  // a variable without a scheme means plain HTTP to the proxy, whatever the server speaks
  const bare = /^https?:\/\/(.*)$/.exec(given)?.[1] ?? "";
  const text = variables(target.protocol).includes(bare) ? `http://${bare}` : given;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InputError("the proxy that the environment names can't be used", {
      hint: "HTTP_PROXY, HTTPS_PROXY and ALL_PROXY take http and https URLs; NO_PROXY lists hosts that need none",
    });
  }
  return new URL(text);
}

/** Begins a request by the proxy. */
export function requestBy(proxy: URL, url: string, options: RequestOptions): ClientRequest {
  if (url.startsWith("https:")) {
    // what goes through the tunnel is between us and the server
    const agent = new HttpsProxyAgent(proxy) as unknown as Agent;
    const host = addressOf(new URL(url));
    const tunnelled = httpsRequest(url, {
      ...options,
      agent,
      // of a server named by its address, the agent would compare the certificate with the proxy's name
      checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    });
    tunnelled.on("proxyConnect", ({ statusCode }: { statusCode: number }) => {
      // its answer must not pass for the server's
      if (statusCode !== 200) tunnelled.destroy(refusal(proxy, statusCode));
    });
    return tunnelled;
  }
  const request = proxy.protocol === "https:" ? httpsRequest : httpRequest;
  const authorization = credentialsOf(proxy);
  return request(proxy, {
    ...options,
    // RFC 9112 section 3.2.2: a proxy is asked for the whole URL
    path: url,
    headers: {
      ...options.headers,
      Host: new URL(url).host,
      ...(authorization && { "Proxy-Authorization": authorization }),
    },
    // its own name and password would become those of the server
    auth: undefined as never,
  });
}

function refusal({ host }: URL, status: number): ConnectionError {
  return new ConnectionError(`the proxy ${host} refuses the way to the server (HTTP ${status})`, {
    hint:
      status === 407
        ? "it wants a name and a password: write them into the proxy's URL"
        : "ask who runs it, or list the server's host in NO_PROXY",
  });
}

function credentialsOf({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(plain).toString("base64")}`;
}

/** The address of a host; an IPv6 address without its brackets. */
const addressOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "");

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

const read = (name: string): string =>
  process.env[name.toLowerCase()] || process.env[name.toUpperCase()] || "";

const variables = (protocol: string): string[] =>
  [protocol.replace(":", "_proxy"), "all_proxy"].map((name) => read(name));

/** `10.0.0.0/8` in NO_PROXY, which Go and curl know and proxy-from-env doesn't. */
function isInNoProxyRange(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return false;
  const ranges = new BlockList();
  for (const entry of read("no_proxy").split(/[\s,]+/)) {
    const [address = "", bits = ""] = entry.split("/");
    const isRange = isIP(address) === version && /^\d{1,3}$/.test(bits);
    if (isRange && Number(bits) <= (version === 4 ? 32 : 128))
      ranges.addSubnet(address, Number(bits), version === 4 ? "ipv4" : "ipv6");
  }
  return ranges.check(host, version === 4 ? "ipv4" : "ipv6");
}
