// Opens the listeners: for the API, for health checks and metrics, and for syslog.

import type { Logger } from "pino";
import type { Services } from "../api/context.js";
import type { App } from "../http/app.js";
import type { BindAddress } from "../http/bind-address.js";
import { type Listener, listen } from "../http/listen.js";
import { managementHandler } from "../http/management.js";
import type { Metrics } from "../http/metrics.js";
import type { Database } from "../storage/database.js";
import type { ServeOptions } from "./options.js";

/** How long aborted requests get to answer, milliseconds. */
const ABORT_MS = 1_000;

export interface Addresses {
  http: BindAddress;
  management: BindAddress;
  syslog: BindAddress | undefined;
}

export interface Listeners {
  urls: string[];
  managementUrls: string[];
  syslogUrls: string[];
  renewCertificates(): Promise<void>;
  /** Takes nothing new, gives running requests this long to end, milliseconds, and then aborts them. */
  stop(ms: number): Promise<void>;
}

interface Opened {
  addresses: Addresses;
  app: App;
  services: Services;
  databases: readonly Database[];
  metrics: Metrics;
  log: Logger;
  /** A later failure undoes these. */
  undo: (() => unknown)[];
}

/** @throws ADDRESS_UNAVAILABLE, INPUT_INVALID, FILE_UNAVAILABLE */
export async function openListeners(options: ServeOptions, opened: Opened): Promise<Listeners> {
  const { addresses, app, databases, metrics, log, undo } = opened;
  const onRenewalFault = (error: unknown) =>
    log.error({ err: error }, "a changed certificate can't be used: the one before it stays");
  const http = await listen({
    address: addresses.http,
    tls: options.httpTls,
    handler: app.handler,
    onRenewalFault,
  });
  undo.push(() => http.stop());
  const management = await listen({
    address: addresses.management,
    tls: options.managementTls,
    handler: managementHandler({ databases, metrics, log }),
    onRenewalFault,
  });
  undo.push(() => management.stop());
  const syslog = await listenToSyslog(options, { ...opened, onRenewalFault });
  undo.push(() => syslog?.stop(0));
  return {
    urls: http.urls,
    managementUrls: management.urls,
    syslogUrls: syslog?.urls ?? [],
    renewCertificates: async () => {
      await Promise.all([http, management, syslog].map((of) => of?.renewCertificate()));
      log.info("certificates were read again");
    },
    stop: async (ms) => {
      await Promise.all([
        syslog?.stop(ms),
        stopServing({ app, listeners: [http, management], ms }),
      ]);
    },
  };
}

/** Opens the syslog server. Its modules are loaded only if it is wanted. */
async function listenToSyslog(
  options: ServeOptions,
  of: Opened & { onRenewalFault: (error: unknown) => void },
) {
  const { addresses, services, metrics, log, onRenewalFault } = of;
  const address = addresses.syslog;
  if (!options.syslog || !address) return undefined;
  const { openSyslog } = await import("../syslog/server.js");
  const { measureSyslog } = await import("../http/syslog-metrics.js");
  const syslog = await openSyslog(options.syslog, {
    address,
    ingesting: services,
    log,
    onRenewalFault,
  });
  measureSyslog(syslog, metrics.registry);
  return syslog;
}

async function stopServing({
  app,
  listeners,
  ms,
}: {
  app: App;
  listeners: readonly Listener[];
  ms: number;
}): Promise<void> {
  for (const listener of listeners) listener.stop();
  app.endWatchers();
  const timer = setTimeout(() => app.abort(), ms);
  await Promise.all(listeners.map((listener) => listener.closed(ms + ABORT_MS)));
  // their connections are gone, but their work on databases may still run
  await app.allDone();
  clearTimeout(timer);
}
