// Parses the address to listen at: `localhost:5080` (both loopback addresses), `:5080` and `[::]:5080` (all addresses of both
// families, as Go and so FlowG means it), `0.0.0.0:5080`, `[::1]:5080`, `logs.example.com:5080`.

import { isIP } from "node:net";
import { FlowgError } from "../platform/errors.js";

export interface BindAddress {
  /** The hosts to listen on, all with the same port. */
  hosts: readonly BindHost[];
  port: number;
}

export interface BindHost {
  host: string;
  /** Whether the server does without it if the machine lacks it, as some lack IPv6. */
  optional: boolean;
}

const FORM = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]/\s]*)):(\d{1,5})$/i;

/** @throws INPUT_INVALID */
export function parseBindAddress(flag: string, text: string): BindAddress {
  const match = FORM.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new FlowgError("INPUT_INVALID", `${flag}: ${JSON.stringify(text)} isn't an address`, {
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

/** Whether both would take the same connections. */
export function overlap(a: BindAddress, b: BindAddress): boolean {
  if (a.port === 0 || a.port !== b.port) return false;
  return a.hosts.some(({ host }) => b.hosts.some((other) => covers(host, other.host)));
}

const ALL = new Map([
  ["0.0.0.0", 4],
  ["::", 6],
]);

/**
 * Whether one host takes the connections of the other. A name counts for both families, since only the resolver knows its
 * addresses.
 */
function covers(a: string, b: string): boolean {
  const isIn = (all: string, host: string) =>
    ALL.has(all) && (isIP(host) === 0 || isIP(host) === ALL.get(all));
  return a === b || isIn(a, b) || isIn(b, a);
}
