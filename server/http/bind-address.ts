// Reads the address to listen at: `localhost:5080` (both loopback addresses), `:5080` and `[::]:5080` (all addresses of both
// families, as Go and so FlowG means it), `0.0.0.0:5080`, `[::1]:5080`, `logs.example.com:5080`.

import { isIP } from "node:net";
import { FlowgError } from "../platform/errors.js";

export interface BindAddress {
  /** To listen on one after another, with the same port. */
  hosts: readonly BindHost[];
  port: number;
}

export interface BindHost {
  host: string;
  /** A machine may lack it: IPv6 is not everywhere. */
  optional: boolean;
}

const FORM = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]/\s]*)):(\d{1,5})$/i;

/** @throws INPUT_INVALID */
export function parseBindAddress(flag: string, text: string): BindAddress {
  const match = FORM.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new FlowgError("INPUT_INVALID", `${flag}: ${JSON.stringify(text)} isn't address`, {
      hint: "write HOST:PORT, such as localhost:5080, or :5080 for all addresses",
    });
  }
  return { hosts: hostsOf(match[1] ?? match[2] ?? ""), port };
}

function hostsOf(host: string): BindHost[] {
  if (host === "localhost") {
    return [
      { host: "127.0.0.1", optional: false },
      { host: "::1", optional: true },
    ];
  }
  if (host === "") {
    return [
      { host: "0.0.0.0", optional: false },
      { host: "::", optional: true },
    ];
  }
  if (isAnyIpv6(host)) {
    return [
      { host: "::", optional: false },
      { host: "0.0.0.0", optional: true },
    ];
  }
  return [{ host, optional: false }];
}

/** `::` has many spellings, as `0:0:0:0:0:0:0:0`. */
const isAnyIpv6 = (host: string): boolean =>
  isIP(host) === 6 && !host.includes("%") && new URL(`http://[${host}]`).hostname === "[::]";

/** Whether a connection to one of these could be meant for either. */
export function overlap(a: BindAddress, b: BindAddress): boolean {
  if (a.port === 0 || a.port !== b.port) return false;
  return a.hosts.some(({ host }) => b.hosts.some((other) => covers(host, other.host)));
}

const ALL = new Map([
  ["0.0.0.0", 4],
  ["::", 6],
]);

/** A name counts for both families: which it has is for the resolver to say. */
function covers(a: string, b: string): boolean {
  const isIn = (all: string, host: string) =>
    ALL.has(all) && (isIP(host) === 0 || isIP(host) === ALL.get(all));
  return a === b || isIn(a, b) || isIn(b, a);
}
