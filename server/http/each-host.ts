// Listens on each host of an address, all with one port.

import { FlowgError, systemCode } from "../platform/errors.js";
import type { BindAddress } from "./bind-address.js";

/** Writes a host and a port. */
export const hostAndPort = (host: string, port: number): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/**
 * Opens a listener on each host, one after the other.
 * @param open listens on one host, and gives the port that it got; port 0 asks for any, and the other hosts then get the same
 * @returns where it listens, such as `127.0.0.1:5080`
 * @throws ADDRESS_UNAVAILABLE
 */
export async function onEachHost(
  address: BindAddress,
  open: (at: { host: string; port: number }) => Promise<number>,
): Promise<string[]> {
  const places: string[] = [];
  let { port } = address;
  for (const { host, optional } of address.hosts) {
    try {
      port = await open({ host, port });
    } catch (cause) {
      if (optional && MISSING.has(systemCode(cause) ?? "")) continue;
      throw unavailable(host, port, cause);
    }
    places.push(hostAndPort(host, port));
  }
  return places;
}

/** Errors that mean that the machine lacks the host. */
const MISSING: ReadonlySet<string> = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"]);

/** Says why the server can't listen at an address. */
function unavailable(host: string, port: number, cause: unknown): FlowgError {
  const code = systemCode(cause);
  const why =
    code === "EADDRINUSE"
      ? "another program listens there"
      : code === "EACCES"
        ? "that is not permitted"
        : (cause as Error).message;
  return new FlowgError("ADDRESS_UNAVAILABLE", `cannot listen on ${host} port ${port}: ${why}`, {
    cause,
    hint: code === "EADDRINUSE" ? "stop it, or choose another port" : undefined,
  });
}
