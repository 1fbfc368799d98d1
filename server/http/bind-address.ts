// Where to listen: `localhost:5080` (both loopback addresses), `:5080` (all, as FlowG means it), `0.0.0.0:5080`,
// `[::1]:5080`, `logs.example.com:5080`.

import { FlowgError } from "../errors.js";

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
    throw new FlowgError("INPUT_INVALID", `${flag}: ${JSON.stringify(text)} is no address`, {
      hint: "write HOST:PORT, say localhost:5080, or :5080 for all addresses",
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
  return [{ host, optional: false }];
}
