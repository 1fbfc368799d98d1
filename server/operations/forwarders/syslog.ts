// Sends a line to a syslog server, by TCP or UDP. By UDP nobody answers: the line counts as taken once the system has sent it.

import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { promisify } from "node:util";
import { FlowgError } from "../../platform/errors.js";
import type { ServiceOf } from "../../records/config/service.js";
import type { AllowedHosts } from "../webhooks/allowed-hosts.js";
import type { WebhookFailure } from "../webhooks/call-webhook.js";
import type { ServiceCall } from "./deliver.js";

type Syslog = ServiceOf<"syslog">;

const TIMEOUT_MS = 10_000;
const HTTP_PORT = 80;

export const syslogUrl = ({ address }: Syslog): URL => new URL(`http://${address}`);

export async function sendSyslog(
  service: Syslog,
  { body, what, owner, hosts }: ServiceCall,
  signal: AbortSignal,
): Promise<WebhookFailure | undefined> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const timer = setTimeout(stop, TIMEOUT_MS);
  try {
    const place = await placeOf(service, hosts);
    const send = service.network === "tcp" ? sendTcp : sendUdp;
    await send(place, body as Uint8Array, abort.signal);
    return undefined;
  } catch (cause) {
    if (signal.aborted) {
      const error = new FlowgError("CANCELLED", `stopped before ${what} took the log`);
      return { error, mayPass: true };
    }
    if (cause instanceof FlowgError) {
      const { message, hint } = cause;
      const options = { hint, cause };
      const text = `${owner} cannot be called: ${message}`;
      return { error: new FlowgError("UPSTREAM_FAILED", text, options), mayPass: false };
    }
    const isTooLong = (cause as NodeJS.ErrnoException).code === "EMSGSIZE";
    const text = isTooLong
      ? "the log is too long for a message by UDP"
      : abort.signal.aborted
        ? `${what} did not take the log within ${TIMEOUT_MS / 1000} seconds`
        : `${what} cannot be reached`;
    const hint = isTooLong
      ? "let the forwarder use tcp"
      : `check ${owner}'s address, and that this server may connect to it`;
    const error = new FlowgError("UPSTREAM_FAILED", text, { hint, cause });
    return { error, mayPass: !isTooLong };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

interface Place {
  address: string;
  family: number;
  port: number;
}

/** The address that was judged is the one that is used. */
async function placeOf(service: Syslog, hosts: AllowedHosts): Promise<Place> {
  const url = syslogUrl(service);
  hosts.demandPlausible(url);
  const look = promisify<string, { address: string; family: number }>((host, done) =>
    hosts.lookup(host, {}, (error, address, family = 4) =>
      done(error, { address: String(address), family }),
    ),
  );
  const port = url.port === "" ? HTTP_PORT : Number(url.port);
  return { ...(await look(url.hostname)), port };
}

/** Resolves once the line and the end of the connection are on their way. */
function sendTcp({ address, port }: Place, line: Uint8Array, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, signal });
    socket.once("error", reject);
    socket.once("finish", () => {
      // the other end's end isn't waited for, and nothing that it says is read
      socket.resume();
      socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
      socket.unref();
      resolve();
    });
    socket.end(line);
  });
}

function sendUdp(
  { address, family, port }: Place,
  line: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: family === 6 ? "udp6" : "udp4", signal });
    const settle = (error: Error | null) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    };
    socket.once("error", reject);
    // a line of UDP is a message by itself
    socket.send(line.subarray(0, line.length - 1), port, address, settle);
  });
}
