// The syslog server. It listens, and hands each message to every pipeline with a source of type syslog.

import type { TlsOptions } from "node:tls";
import type { Logger } from "pino";
import type { BindAddress } from "../http/bind-address.js";
import { onEachHost } from "../http/each-host.js";
import { type Renewal, readPem, readTls, renew, type TlsFiles } from "../http/tls.js";
import type { Ingesting } from "../operations/ingest/through-pipeline.js";
import { FlowgError } from "../platform/errors.js";
import { SyslogCounts, type SyslogOutcome } from "./counts.js";
import type { Handover } from "./handover.js";
import { Intake } from "./intake.js";
import { allowedOrigins } from "./origins.js";
import { openTcp } from "./tcp.js";
import { openUdp } from "./udp.js";

export interface SyslogOptions {
  protocol: "udp" | "tcp";
  /** HOST:PORT, as for HTTP. */
  bind: string;
  /** The certificate and the key, only over TCP. */
  tls?: TlsFiles | undefined;
  /** Whether senders must show a certificate. */
  tlsAuth?: boolean | undefined;
  /** The PEM file of the authorities that sign senders' certificates; if absent, those that Node knows. */
  tlsCa?: string | undefined;
  /** Addresses and ranges that may send; all if absent. */
  allowOrigins?: readonly string[] | undefined;
}

export interface SyslogServer {
  /** `udp://127.0.0.1:5514`, one for each address. */
  urls: string[];
  totals: Readonly<Record<SyslogOutcome, number>>;
  waiting(): number;
  connections(): number;
  renewCertificate(): Promise<void>;
  /** Takes no new messages, and stores those that it has, for this long at most. */
  stop(ms: number): Promise<void>;
}

export interface SyslogMeans {
  address: BindAddress;
  ingesting: Ingesting;
  log: Logger;
  onRenewalFault: (error: unknown) => void;
}

/**
 * Opens the server.
 * @throws INPUT_INVALID, ADDRESS_UNAVAILABLE, FILE_UNAVAILABLE
 */
export async function openSyslog(
  options: SyslogOptions,
  { address, ingesting, log, onRenewalFault }: SyslogMeans,
): Promise<SyslogServer> {
  const isAllowed = allowedOrigins(options.allowOrigins ?? []);
  const tls = await tlsOf(options);
  const counts = new SyslogCounts(log);
  const handover: Handover = { intake: new Intake(ingesting, counts), counts, isAllowed };
  const listeners: (Awaited<ReturnType<typeof openTcp>> | Awaited<ReturnType<typeof openUdp>>)[] =
    [];
  let places: string[];
  try {
    places = await onEachHost(address, async (at) => {
      const listener =
        options.protocol === "udp"
          ? await openUdp(at, handover)
          : await openTcp(at, { handover, tls });
      listeners.push(listener);
      return listener.port;
    });
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close()));
    throw error;
  }
  const renewal = renewalOf(options, { tls, listeners, onRenewalFault });
  return {
    urls: places.map((place) => `${tls ? "tls" : options.protocol}://${place}`),
    totals: counts.totals,
    waiting: () => handover.intake.waiting,
    connections: () =>
      listeners.reduce((sum, of) => sum + ("connections" in of ? of.connections() : 0), 0),
    renewCertificate: async () => renewal?.look(),
    stop: async (ms) => {
      renewal?.stop();
      await Promise.all(listeners.map((listener) => listener.close()));
      await handover.intake.stop(ms);
      counts.close();
    },
  };
}

/**
 * The options for TLS.
 * @throws INPUT_INVALID, FILE_UNAVAILABLE
 */
async function tlsOf({ protocol, tls, tlsAuth = false, tlsCa }: SyslogOptions) {
  if (tls === undefined) return undefined;
  if (protocol === "udp") {
    throw new FlowgError("INPUT_INVALID", "--syslog-tls is for TCP", {
      hint: "add --syslog-proto tcp",
    });
  }
  const material = await readTls(tls);
  const ca = tlsCa === undefined ? {} : { ca: await readPem(tlsCa) };
  return { ...material, ...ca, requestCert: true, rejectUnauthorized: tlsAuth };
}

function renewalOf(
  options: SyslogOptions,
  {
    tls,
    listeners,
    onRenewalFault,
  }: {
    tls: Awaited<ReturnType<typeof tlsOf>>;
    listeners: readonly object[];
    onRenewalFault: (error: unknown) => void;
  },
): Renewal | undefined {
  if (options.tls === undefined || tls === undefined) return undefined;
  return renew(options.tls, {
    first: tls,
    use: (material) => {
      const context: TlsOptions = "ca" in tls ? { ...material, ca: tls.ca } : { ...material };
      for (const listener of listeners)
        if ("setSecureContext" in listener)
          (listener as Awaited<ReturnType<typeof openTcp>>).setSecureContext?.(context);
    },
    onFault: onRenewalFault,
  });
}
