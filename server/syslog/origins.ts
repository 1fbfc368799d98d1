// The addresses and ranges that may send, in FlowG's form: all, unless some are named.

import { BlockList, isIP } from "node:net";
import { FlowgError } from "../platform/errors.js";

/**
 * Makes the check of an address.
 * @throws INPUT_INVALID
 */
export function allowedOrigins(origins: readonly string[]): (address: string) => boolean {
  if (origins.length === 0) return () => true;
  const allowed = new BlockList();
  for (const origin of origins) add(allowed, origin);
  return (address) => allowed.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

function add(allowed: BlockList, origin: string): void {
  const [, address = "", length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(origin) ?? [];
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (family === 0 || address.includes("%") || prefix > bits) {
    throw new FlowgError(
      "INPUT_INVALID",
      `--syslog-allow-origin: ${JSON.stringify(origin)} isn't an address or a range`,
      { hint: "write addresses or ranges with commas between: 10.0.0.0/8,::1" },
    );
  }
  allowed.addSubnet(address, prefix, family === 4 ? "ipv4" : "ipv6");
}
