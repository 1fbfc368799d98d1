// The server: it opens the three databases, answers requests until it is told to stop, and closes the databases.

import type { Logger } from "pino";
import { lmdb } from "./engine/lmdb.js";
import { createApp } from "./http/app.js";
import { overlap, parseBindAddress } from "./http/bind-address.js";
import { type AddressOf, trustingProxies } from "./http/client-address.js";
import { concealer } from "./http/conceal.js";
import { demandFirstPassword, type FirstPassword } from "./http/first-password.js";
import { demandFree } from "./http/listen.js";
import { openLog } from "./http/log.js";
import type { LogOutput } from "./http/log-output.js";
import { Metrics } from "./http/metrics.js";
import { OfflineTrail } from "./http/offline-trail.js";
import { afterPredecessor } from "./http/predecessor.js";
import { Readers } from "./http/readers.js";
import { taskTrail } from "./http/task-trail.js";
import { logUnflushed } from "./http/unflushed.js";
import type { Job } from "./jobs/job.js";
import { LastBackups } from "./operations/online/last-backups.js";
import { openLiveDatabases } from "./operations/online/live-databases.js";
import { AllowedHosts } from "./operations/webhooks/allowed-hosts.js";
import { FlowgError } from "./platform/errors.js";
import { haveThreadsGiveWay } from "./platform/threads/give-way.js";
import { DEFAULT_PIPELINE } from "./records/config/default-pipeline.js";
import { openAlerts } from "./serving/alerts.js";
import { concealing, plannedJobs, servedJobs, snapshotsOf } from "./serving/backups.js";
import { bootstrap } from "./serving/bootstrap.js";
import {
  noteCutRuns,
  noteNewDatabases,
  tellDurability,
  telling,
  tellPlaceChange,
  tellUnflushed,
} from "./serving/database-trail.js";
import { type Addresses, openListeners } from "./serving/listeners.js";
import type { ServeOptions } from "./serving/options.js";
import { keepTokenUses, MAX_RESTORE_MEMORY, openServices } from "./serving/services.js";
import { Tasks } from "./tasks/tasks.js";

export type { ServeOptions } from "./serving/options.js";

export interface RunningServer {
  /** `http://127.0.0.1:5080`, one for each address. */
  urls: string[];
  managementUrls: string[];
  /** The addresses, such as `udp://127.0.0.1:5514`; empty where the server takes no syslog. */
  syslogUrls: string[];
  /** Reads certificates and keys again. Open connections keep theirs. */
  renewCertificates(): Promise<void>;
  /** Resolves if the server can't go on. Then the process must end without `stop`, which would wait for ever. */
  failed: Promise<FlowgError>;
  /** Ends running requests within the limit, and closes the databases. May be called again. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const STALL_MS = 60_000;
const MIN_RATE = 1024;
const STOP_MS = 5_000;
/** How long waiting calls of alerts get at the end, milliseconds. */
const ALERTS_MS = 3_000;

/**
 * Starts the server; when this resolves, it answers.
 * @throws INPUT_INVALID, ADDRESS_UNAVAILABLE, FILE_UNAVAILABLE, DATABASE_…
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  haveThreadsGiveWay();
  const addresses = {
    http: parseBindAddress("--http-bind", options.httpBind),
    management: parseBindAddress("--mgmt-bind", options.managementBind),
    syslog: options.syslog && parseBindAddress("--syslog-bind", options.syslog.bind),
  };
  demandApart(addresses);
  const first: FirstPassword = {
    address: addresses.http,
    initialPassword: options.initialPassword || undefined,
    insecureDefaultPassword: options.insecureDefaultPassword ?? false,
  };
  demandFirstPassword(
    first,
    await (options.engine ?? lmdb).isThere({ kind: "auth", dir: options.dirs.auth }),
  );
  const addressOf = trustingProxies(options.trustedProxies ?? []);
  const planned = await plannedJobs(options);
  const { jobs } = planned;
  const alertHosts = new AllowedHosts([...(options.alertAllow ?? []), ...planned.alertHosts]);
  // checked before the databases are opened, since a server that has the address usually has the directories, too
  await afterPredecessor(() =>
    demandFree([
      { address: addresses.http, tls: options.httpTls },
      { address: addresses.management, tls: options.managementTls },
    ]),
  );
  const undo: (() => unknown)[] = [];
  try {
    return await start(options, { addresses, addressOf, alertHosts, first, jobs, undo });
  } catch (error) {
    // a step that fails keeps neither the others from running nor the first error from being shown
    for (const step of undo.reverse())
      await Promise.resolve()
        .then(step)
        .catch(() => {});
    throw error;
  }
}

/** @throws INPUT_INVALID */
function demandApart({ http, management }: Pick<Addresses, "http" | "management">): void {
  if (!overlap(http, management)) return;
  throw new FlowgError("INPUT_INVALID", "--http-bind and --mgmt-bind give one address for both", {
    hint: "give each a port of its own",
  });
}

interface Start {
  addresses: Addresses;
  addressOf: AddressOf;
  alertHosts: AllowedHosts;
  first: FirstPassword;
  jobs: readonly Job[];
  /** A later failure undoes these. */
  undo: (() => unknown)[];
}

async function start(
  options: ServeOptions,
  { undo, first, addressOf, alertHosts, jobs: planned, addresses }: Start,
): Promise<RunningServer> {
  const { engine = lmdb } = options;
  const { log, output } = logOf(options);
  logUnflushed(log);
  const startedAt = new Date().toISOString();
  let fail: (error: FlowgError) => void = () => undefined;
  const failed = new Promise<FlowgError>((resolve) => {
    fail = resolve;
  });
  const live = await afterPredecessor(() =>
    openLiveDatabases({
      engine,
      dirs: options.dirs,
      durability: options.durability,
      onOpening: options.onOpening,
      onUpgrade: telling(log),
      onPlaceChange: (database, state) => tellPlaceChange(log, database, state),
      onUnflushed: (database, error) => tellUnflushed(log, database, error),
      onFailure: (error) => {
        log.fatal({ err: error }, "the server ends: it can't go on");
        void Promise.resolve(output?.flush()).then(() => fail(error));
      },
    }),
  );
  undo.push(() => live.close());
  const { databases } = live;
  const all = Object.values(databases);
  const readers = new Readers();
  const lastBackups = new LastBackups(all, (error) =>
    log.warn({ err: error }, "the time of a backup could not be kept"),
  );
  undo.push(() => lastBackups.close());
  const metrics = await Metrics.of({
    databases: all,
    readers,
    lastBackups,
    droppedLogLines: () => output?.dropped ?? 0,
  });
  const conceal = concealing(planned, all);
  const tasks = new Tasks({
    database: databases.config,
    conceal,
    onError: (error) => log.error({ err: error }, "a task met a fault"),
    onEnded: taskTrail(log),
  });
  const backingUp = { engine, live, readers, conceal };
  const maxMemory = options.maxRestoreMemory ?? MAX_RESTORE_MEMORY;
  const ofJobs = { ...backingUp, clock: options.clock, log, metrics, tasks, maxMemory };
  const jobs = await servedJobs(planned, ofJobs);
  const alerts = openAlerts(alertHosts, { metrics, log });
  const services = await openServices(options, {
    engine,
    live,
    metrics,
    readers,
    log,
    alerts: alerts.calls,
    tasks,
    snapshots: snapshotsOf(planned, backingUp),
    jobs: jobs.served,
  });
  undo.push(() => alerts.close(0));
  undo.push(() => services.logs.close());
  undo.push(() => services.transformers.close());
  keepTokenUses(services, log);
  undo.push(() => services.auth.tokenUses.close());
  await noteCutRuns(all, log);
  await noteNewDatabases(all, startedAt, log);
  await bootstrap({ services, database: databases.auth, log }, first);
  const offline = new OfflineTrail(databases.auth, log);
  undo.push(() => offline.stop());
  await offline.start();
  undo.push(() => jobs.stopContinuous());
  await jobs.startContinuous();
  await services.logs.start();

  const app = createApp({
    services,
    metrics,
    log,
    maxUpload: options.maxUpload,
    conceal: concealer(all.map(({ dir }) => dir)),
    stallMs: options.stallMs ?? STALL_MS,
    minRate: options.minRate ?? MIN_RATE,
    corsOrigins: new Set(options.corsOrigins),
    otlpPipeline: options.otlpPipeline ?? DEFAULT_PIPELINE,
    addressOf,
  });
  const opened = { addresses, app, services, databases: all, metrics, log, undo };
  const listeners = await openListeners(options, opened);
  const { urls, managementUrls, syslogUrls, renewCertificates } = listeners;
  undo.push(() => tasks.stop(0));
  await tasks.start();
  undo.push(() => jobs.stop());
  await jobs.start();
  const alsoSyslog = options.syslog ? { syslog: syslogUrls } : {};
  tellDurability(log, options.durability);
  log.info({ http: urls, management: managementUrls, ...alsoSyslog }, "listening");

  const { stopMs = STOP_MS } = options;
  const close = async () => {
    log.info("stopping");
    await offline.stop();
    await Promise.all([jobs.stop().then(() => tasks.stop(stopMs)), listeners.stop(stopMs)]);
    await alerts.close(Math.min(stopMs, ALERTS_MS));
    await services.transformers.close();
    await services.logs.close();
    await lastBackups.close();
    await services.auth.tokenUses.close();
    await jobs.stopContinuous();
    await live.close();
    log.info("stopped");
    await output?.flush();
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= close();
    return stopping;
  };
  return {
    urls,
    managementUrls,
    syslogUrls,
    renewCertificates,
    failed,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function logOf({ log, verbose = false, logFormat = "json" }: ServeOptions): {
  log: Logger;
  output: LogOutput | undefined;
} {
  return log ? { log, output: undefined } : openLog({ verbose, format: logFormat });
}
