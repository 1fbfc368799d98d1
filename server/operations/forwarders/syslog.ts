// Sends a line to a syslog server, by TCP or UDP. By UDP nobody answers: the line counts as taken once the system has sent it.

import { createSocket } from "node:dgram";
import { connect, type LookupFunction, type Socket } from "node:net";
import type { ServiceOf } from "../../records/config/service.js";
import type { WebhookFailure } from "../webhooks/call-webhook.js";
import { lasting, limitedCall } from "../webhooks/limited-call.js";
import type { ServiceCall } from "./deliver.js";

type Syslog = ServiceOf<"syslog">;

/** A connection waits so long for its other end to close. */
const END_MS = 10_000;
const HTTP_PORT = 80;
/** The most connections that wait for their other end to close. */
const MOST_ENDING = 64;

export const syslogUrl = ({ address }: Syslog): URL => new URL(`http://${address}`);

export async function sendSyslog(
  service: Syslog,
  { body, what, owner, hosts }: ServiceCall,
  signal: AbortSignal,
): Promise<WebhookFailure | undefined> {
  const call = async (limited: AbortSignal) => {
    limited.throwIfAborted();
    const url = syslogUrl(service);
    hosts.demandPlausible(url);
    const place = {
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port === "" ? HTTP_PORT : Number(url.port),
      lookup: hosts.lookup,
    };
    const send = service.network === "tcp" ? sendTcp : sendUdp;
    await send(place, body as Uint8Array, limited);
  };
  const words = { what, owner, place: "address", verb: TAKEN };
  return (await limitedCall({ ...words, call, explain: explainLength }, signal)).failure;
}

const TAKEN = ["took the log", "take the log"] as const;

const explainLength = (cause: unknown) =>
  (cause as NodeJS.ErrnoException).code === "EMSGSIZE"
    ? lasting("the log is too long for a message by UDP", {
        hint: "let the forwarder use tcp",
        cause,
      })
    : undefined;

interface Place {
  host: string;
  port: number;
  /** Gives only addresses that were judged. */
  lookup: LookupFunction;
}

/** Tries the addresses of a host in turn. Resolves once the line and the end of the connection are on their way. */
function sendTcp(place: Place, line: Uint8Array, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...place, signal });
    socket.on("error", reject);
    socket.once("finish", () => {
      endSoon(socket);
      resolve();
    });
    // not before: in Node 20, what is sent earlier doesn't come to a host's next address, and never ends
    socket.once("connect", () => socket.end(line));
  });
}

/** Connections whose other end hasn't closed yet, the oldest first. */
const ending = new Set<Socket>();

/** Closes a connection when the other end does, or in a while, whatever the other end still says. */
function endSoon(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), END_MS).unref();
  ending.add(socket);
  socket.once("close", () => {
    clearTimeout(timer);
    ending.delete(socket);
  });
  socket.resume();
  socket.unref();
  const [oldest] = ending;
  if (ending.size <= MOST_ENDING || oldest === undefined) return;
  ending.delete(oldest);
  // what was sent still goes out
  oldest.destroy();
}

async function sendUdp(place: Place, line: Uint8Array, signal: AbortSignal): Promise<void> {
  const { address, family } = await lookUp(place, signal);
  await new Promise<void>((resolve, reject) => {
    const socket = createSocket({ type: family === 6 ? "udp6" : "udp4", signal });
    let isOpen = true;
    // the signal closes it, too
    socket.once("close", () => {
      isOpen = false;
      reject(new Error("closed before the message was sent"));
    });
    const settle = (error: Error | null) => {
      if (error) reject(error);
      else resolve();
      if (isOpen) socket.close();
      isOpen = false;
    };
    socket.on("error", settle);
    // a line of UDP is a message by itself
    socket.send(line.subarray(0, line.length - 1), place.port, address, settle);
  });
}

/** Looks a host up, for as long as the signal lets it: a look-up itself can't be stopped. */
function lookUp(
  { host, lookup }: Place,
  signal: AbortSignal,
): Promise<{ address: string; family: number }> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    lookup(host, {}, (error, address, family = 4) => {
      if (error) reject(error);
      else resolve({ address: String(address), family });
    });
  });
}
