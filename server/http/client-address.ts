// Finds the address that a request comes from. A proxy names it in X-Forwarded-For. Anybody can send that header, so only the
// part that trusted proxies wrote counts.

import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { AddressRanges, readRange } from "../platform/address-ranges.js";
import { FlowgError } from "../platform/errors.js";

export type AddressOf = (request: Pick<IncomingMessage, "headers" | "socket">) => string;

/** The other end of the connection. */
const peerOf: AddressOf = ({ socket }) => socket.remoteAddress ?? "";

/**
 * Reads addresses and ranges: `10.0.0.0/8`, `::1`.
 * @throws INPUT_INVALID
 */
export function trustingProxies(ranges: readonly string[]): AddressOf {
  if (ranges.length === 0) return peerOf;
  const trusted = new AddressRanges();
  for (const range of ranges) add(trusted, range);
  return (request) => {
    const hops = hopsOf(request.headers["x-forwarded-for"]);
    let address = peerOf(request);
    // each proxy adds its caller on the right; all to the left of the first untrusted address may be made up
    while (trusted.has(unmapped(address))) {
      const hop = addressIn(hops.pop() ?? "");
      if (hop === undefined) break;
      address = hop;
    }
    return address;
  };
}

function add(trusted: AddressRanges, text: string): void {
  const range = readRange(text);
  if (!range) {
    throw new FlowgError("INPUT_INVALID", `--trust-proxy: ${JSON.stringify(text)} isn't a range`, {
      hint: "write addresses or ranges with commas between: 10.0.0.0/8,::1",
    });
  }
  if (range.prefix === 0) {
    throw new FlowgError("INPUT_INVALID", `--trust-proxy: ${text} trusts everybody`, {
      hint: "then anybody could choose an address: name your proxies",
    });
  }
  trusted.add(range);
}

/** Strips the prefix that a socket of both families puts before IPv4. */
const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");

function hopsOf(header: string | readonly string[] | undefined): string[] {
  const text = typeof header === "string" ? header : (header ?? []).join(",");
  return text.split(",").map((hop) => hop.trim());
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function addressIn(hop: string): string | undefined {
  const [, bracketed, dotted] = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?$/.exec(hop) ?? [];
  const address = bracketed ?? dotted ?? hop;
  return isIP(address) === 0 ? undefined : address;
}
