// The program that holds the three databases: opens them, answers HTTP until it is told to stop, closes them.

import { isAbsolute } from "node:path";
import type { Logger } from "pino";
import type { Administration } from "./api/administration.js";
import type { Services } from "./api/context.js";
import { liveAdministration } from "./api/live-administration.js";
import { LoginGuard } from "./api/login-guard.js";
import { loadSessionKey, SESSION_KEY_BYTES } from "./api/session-key.js";
import { SessionTokens } from "./api/session-tokens.js";
import { lmdb } from "./engine/lmdb.js";
import { AlertTrail } from "./http/alert-trail.js";
import { type App, createApp } from "./http/app.js";
import { type BindAddress, overlap, parseBindAddress } from "./http/bind-address.js";
import { type AddressOf, trustingProxies } from "./http/client-address.js";
import { concealer, dataConcealer } from "./http/conceal.js";
import { measureContinuous } from "./http/continuous-metrics.js";
import {
  DEFAULT_PASSWORD,
  demandFirstPassword,
  type FirstPassword,
  setFirstPassword,
} from "./http/first-password.js";
import { measureJobs } from "./http/job-metrics.js";
import { jobTrail } from "./http/job-trail.js";
import { demandFree, type Listener, listen } from "./http/listen.js";
import { type LogFormat, openLog } from "./http/log.js";
import type { LogOutput } from "./http/log-output.js";
import { managementHandler } from "./http/management.js";
import { Metrics } from "./http/metrics.js";
import { OfflineTrail } from "./http/offline-trail.js";
import { afterPredecessor } from "./http/predecessor.js";
import { Readers } from "./http/readers.js";
import { measureSyslog } from "./http/syslog-metrics.js";
import { taskTrail } from "./http/task-trail.js";
import type { TlsFiles } from "./http/tls.js";
import { logUnflushed } from "./http/unflushed.js";
import { type Clock, systemClock } from "./jobs/clock.js";
import { continuousJob } from "./jobs/continuous-job.js";
import { Destinations } from "./jobs/destinations.js";
import type { Job } from "./jobs/job.js";
import { type JobObserver, Jobs } from "./jobs/jobs.js";
import type { JobSources, OpenedJobs } from "./jobs/open-jobs.js";
import { runsAsTasks } from "./jobs/run-task.js";
import { Telling } from "./jobs/telling.js";
import { withoutContinuous } from "./operations/continuous/journals.js";
import { LogFeed } from "./operations/ingest/log-feed.js";
import { LastBackups } from "./operations/online/last-backups.js";
import { openLiveDatabases } from "./operations/online/live-databases.js";
import { type UndoBounds, undoBounds } from "./operations/restore/undo-wishes.js";
import { Transformers } from "./operations/transform/transformers.js";
import { AlertCalls } from "./operations/webhooks/alert-calls.js";
import { AllowedHosts } from "./operations/webhooks/allowed-hosts.js";
import { FlowgError } from "./platform/errors.js";
import { haveThreadsGiveWay } from "./platform/threads/give-way.js";
import { DEFAULT_PIPELINE } from "./records/config/default-pipeline.js";
import type { JobReport, JobRun } from "./records/jobs.js";
import type { DatabaseKind } from "./records/kinds.js";
import type { Database, PlaceState } from "./storage/database.js";
import type { Engine, OnOpening, OnUpgrade, ServedDatabases } from "./storage/engine.js";
import { isAny } from "./storage/notes/account-history.js";
import { readMadeAt } from "./storage/notes/made-at.js";
import {
  cutRuns,
  isMarkDamaged,
  knownMark,
  type RestoreMark,
} from "./storage/notes/restore-mark.js";
import { placeProblem, REPLACED_HINT } from "./storage/place-problem.js";
import { openAuthStore } from "./stores/auth/store.js";
import { openConfigStore } from "./stores/config/store.js";
import { openLogStore } from "./stores/logs/store.js";
import { openSyslog, type SyslogOptions } from "./syslog/server.js";
import { Tasks } from "./tasks/tasks.js";

export interface ServeOptions {
  /** What keeps the databases; LMDB unless given. */
  engine?: Engine | undefined;
  /** Directories, by database. */
  dirs: Record<DatabaseKind, string>;
  /** HOST:PORT; `localhost` is both loopback addresses, an empty host all addresses. */
  httpBind: string;
  managementBind: string;
  httpTls?: TlsFiles | undefined;
  managementTls?: TlsFiles | undefined;
  /** Signs sessions; one that is kept beside the auth database if absent. */
  secretKey?: string | undefined;
  /** The password of a new user `root`. It also replaces the default password if other machines can reach the server. */
  initialPassword?: string | undefined;
  /** Lets others reach the server although root's password is the default. */
  insecureDefaultPassword?: boolean | undefined;
  /** The syslog server's options; without them the server takes no syslog. */
  syslog?: SyslogOptions | undefined;
  /** The pipeline for OpenTelemetry's logs that name none; `default` unless given. */
  otlpPipeline?: string | undefined;
  /** The web pages that may call the API; none unless given. */
  corsOrigins?: readonly string[] | undefined;
  /** Bytes of an uploaded file; no limit if absent. */
  maxUpload?: number | undefined;
  /** A client that moves no byte of a transfer for so long is cut off. */
  stallMs?: number | undefined;
  /** Bytes a second that a client of a transfer must move over such a time. */
  minRate?: number | undefined;
  /** How long requests may go on after a stop. */
  stopMs?: number | undefined;
  verbose?: boolean | undefined;
  /** How the log's lines look; JSON unless said otherwise. */
  logFormat?: LogFormat | undefined;
  /** Addresses and ranges of proxies that say truly who called them. */
  trustedProxies?: readonly string[] | undefined;
  /** stdout unless given. */
  log?: Logger | undefined;
  /** Backups and restores at once. */
  maxTransfers?: number | undefined;
  /** The same for one user; half of all places unless given. */
  maxTransfersPerUser?: number | undefined;
  /** Bytes of memory that one restore may take for large records. */
  maxRestoreMemory?: number | undefined;
  /** Streams that may be made. */
  maxStreams?: number | undefined;
  /** How much of what takes restores back is kept. */
  undo?: UndoBounds | undefined;
  /** Backups by themselves; none unless given. */
  jobs?: JobSources | undefined;
  /** The jobs' clock; this machine's unless given. */
  clock?: Clock | undefined;
  /** Hosts and ranges that alerts may call besides public addresses. */
  alertAllow?: readonly string[] | undefined;
  /** Told of each database that is about to be opened: where LMDB can't, it ends the process. */
  onOpening?: OnOpening | undefined;
  /** Takes the place of the real backups and restores. */
  administration?: Administration | undefined;
}

export interface RunningServer {
  /** `http://127.0.0.1:5080`, one for each address. */
  urls: string[];
  managementUrls: string[];
  /** The addresses, such as `udp://127.0.0.1:5514`; empty where the server takes no syslog. */
  syslogUrls: string[];
  /** Reads certificates and keys again; connections that are open keep theirs. */
  renewCertificates(): Promise<void>;
  /** Resolves where it can't go on: the process is to end, without a stop, which would wait for ever. */
  failed: Promise<FlowgError>;
  /** Ends running requests within the limit, and closes the databases. May be called again. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const MAX_TRANSFERS = 8;
export const MAX_RESTORE_MEMORY = 1024 * 1024 * 1024;
export const MAX_STREAMS = 50_000;
export const STALL_MS = 60_000;
export const MIN_RATE = 1024;
export const STOP_MS = 5_000;
/** Between two lines of the log about an upgrade. */
const UPGRADE_TOLD_MS = 5_000;
/** How long calls of alerts that still wait get. */
const ALERTS_MS = 3_000;
/** How long aborted work gets to say so. */
const ABORT_MS = 1_000;

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
  // before there are databases: where another server has the address, it has the directories too, as a rule
  await afterPredecessor(() =>
    demandFree([
      { address: addresses.http, tls: options.httpTls },
      { address: addresses.management, tls: options.managementTls },
    ]),
  );
  const undo: (() => unknown)[] = [];
  try {
    return await start(options, { ...addresses, addressOf, alertHosts, first, jobs, undo });
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** @throws INPUT_INVALID */
function demandApart({ http, management }: Pick<Start, "http" | "management">): void {
  if (!overlap(http, management)) return;
  throw new FlowgError("INPUT_INVALID", "--http-bind and --mgmt-bind give one address for both", {
    hint: "give each a port of its own",
  });
}

interface Start {
  http: BindAddress;
  management: BindAddress;
  syslog: BindAddress | undefined;
  addressOf: AddressOf;
  alertHosts: AllowedHosts;
  first: FirstPassword;
  jobs: readonly Job[];
  /** A later failure undoes these. */
  undo: (() => unknown)[];
}

async function start(
  options: ServeOptions,
  { undo, first, addressOf, alertHosts, jobs: planned, ...addresses }: Start,
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
      onOpening: options.onOpening,
      onUpgrade: telling(log),
      onPlaceChange: (database, state) => tellPlaceChange(log, database, state),
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
  const jobs = await openJobs(planned, { options, live, readers, log, metrics, tasks, conceal });
  const alertTrail = new AlertTrail(log);
  const alerts = new AlertCalls({
    hosts: alertHosts,
    counted: (...call) => metrics.alertCall(...call),
    lost: (...call) => alertTrail.lost(...call),
  });
  metrics.measureAlerts(() => alerts.waiting.calls);
  const snapshots = snapshotsOf(planned, { options, live, readers, conceal });
  const opened = { live, metrics, readers, log, alerts, tasks, snapshots, jobs: jobs.served };
  const services = await openServices(options, opened);
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
  services.logs.start();

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
  const { handler } = app;
  const onRenewalFault = (error: unknown) =>
    log.error({ err: error }, "a changed certificate can't be used: the one before it stays");
  const http = await listen({
    address: addresses.http,
    tls: options.httpTls,
    handler,
    onRenewalFault,
  });
  undo.push(() => http.stop());
  const management = await listen({
    address: addresses.management,
    tls: options.managementTls,
    handler: managementHandler({ databases: all, metrics, log }),
    onRenewalFault,
  });
  undo.push(() => management.stop());
  const syslog =
    options.syslog &&
    addresses.syslog &&
    (await openSyslog(options.syslog, {
      address: addresses.syslog,
      ingesting: services,
      log,
      onRenewalFault,
    }));
  if (syslog) {
    undo.push(() => syslog.stop(0));
    measureSyslog(syslog, metrics.registry);
  }
  const syslogUrls = syslog?.urls ?? [];
  undo.push(() => tasks.stop(0));
  await tasks.start();
  undo.push(() => jobs.stop());
  await jobs.start();
  const alsoSyslog = syslog ? { syslog: syslogUrls } : {};
  log.info({ http: http.urls, management: management.urls, ...alsoSyslog }, "listening");

  const close = async () => {
    log.info("stopping");
    await offline.stop();
    await Promise.all([
      jobs.stop().then(() => tasks.stop(options.stopMs ?? STOP_MS)),
      syslog?.stop(options.stopMs ?? STOP_MS),
      stopServing({ app, listeners: [http, management], ms: options.stopMs ?? STOP_MS }),
    ]);
    const unsent = await alerts.close(Math.min(options.stopMs ?? STOP_MS, ALERTS_MS));
    alertTrail.close();
    if (unsent > 0)
      log.warn({ calls: unsent }, "calls of alerts came to nothing: the server stops");
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
  const renewCertificates = async () => {
    await Promise.all([http, management, syslog].map((of) => of?.renewCertificate()));
    log.info("certificates were read again");
  };
  return {
    urls: http.urls,
    managementUrls: management.urls,
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

/** They are looked at before anything is opened. @throws INPUT_INVALID, FILE_UNAVAILABLE */
async function plannedJobs({ jobs }: ServeOptions): Promise<OpenedJobs> {
  if (jobs?.file === undefined && jobs?.flags?.jobs === undefined)
    return { jobs: [], alertHosts: [] };
  const { openJobs } = await import("./jobs/open-jobs.js");
  return await openJobs(jobs);
}

/** Loaded at the first request: most servers never work with repositories in this way. */
function snapshotsOf(
  jobs: readonly Job[],
  of: Pick<Opened, "live" | "readers"> & { options: ServeOptions; conceal: Concealing },
): Services["snapshots"] {
  const { options, live, readers, conceal } = of;
  const destinations = new Destinations(jobs);
  const served = {
    engine: options.engine ?? lmdb,
    databases: live.databases,
    onReader: (kind: DatabaseKind) => readers.opened(kind),
  };
  return async () => {
    const { Snapshots } = await import("./jobs/snapshots.js");
    return new Snapshots({ destinations, served, conceal });
  };
}

type Concealing = <T>(data: T) => T;

/** Keeps from clients where this machine's databases and repositories are. */
function concealing(jobs: readonly Job[], databases: readonly Pick<Database, "dir">[]): Concealing {
  const places = jobs
    .flatMap(({ destinations }) => destinations.map(({ place }) => place))
    .filter((place) => isAbsolute(place));
  return dataConcealer([...databases.map(({ dir }) => dir), ...places]);
}

/** The jobs, not yet begun. */
async function openJobs(
  jobs: readonly Job[],
  opened: Omit<Opened, "jobs" | "snapshots" | "alerts"> & {
    options: ServeOptions;
    conceal: Concealing;
  },
) {
  const { options, live, readers, log, metrics, tasks, conceal } = opened;
  const { engine = lmdb, clock = systemClock } = options;
  const { databases } = live;
  const concealed = (report: JobReport) =>
    report.lastRun ? { ...report, lastRun: conceal(report.lastRun) } : report;
  const telling = new Telling({
    clock,
    conceal: (run: JobRun) => conceal(run),
    onError: (error, job, whom) => log.warn({ err: error, job }, `the ${whom} of a job failed`),
  });
  const onReader = (kind: DatabaseKind) => readers.opened(kind);
  const observers: JobObserver[] = [jobTrail(log), telling];
  const continuous = continuousJob(jobs, {
    databases,
    run: (name) => all.run(name, undefined, "continuous"),
    onSnapshotWanted: (job, why) => log.info({ job, why }, "changes need a snapshot to go on from"),
    onError: (err, job, destination) =>
      log.error({ err, job, destination }, "changes weren't stored"),
  });
  if (continuous) observers.push(continuous.observer);
  const all = new Jobs({
    jobs,
    database: databases.config,
    clock,
    carryOut: async (run) => {
      const { carryingOut } = await import("./jobs/carry-out.js");
      return await carryingOut({ engine, databases, onReader })(run);
    },
    observers,
    track: runsAsTasks(tasks, "job"),
    onReady: () => observers.push(measureJobs(all, metrics.registry)),
    onError: (error, job) => log.error({ err: error, job }, "a backup job met a fault"),
  });
  return {
    served: {
      list: () => all.list().map(concealed),
      report: (name: string) => concealed(all.report(name)),
      run: (name: string, by?: string) => all.run(name, by),
      pause: (name: string) => all.pause(name),
      resume: (name: string) => all.resume(name),
    },
    startContinuous: async () => {
      if (continuous) measureContinuous(continuous.name, continuous.backup, metrics.registry);
      if (continuous) await continuous.backup.start();
      else
        await withoutContinuous(Object.values(databases)).catch((error: unknown) =>
          log.warn({ err: error }, "journals that an earlier start has kept could not be removed"),
        );
    },
    /** Stops last of all, so that everything written until then is stored, too. */
    stopContinuous: () => continuous?.backup.stop(),
    start: () => all.start(),
    stop: async () => {
      await all.stop();
      await telling.close();
    },
  };
}

interface Opened {
  live: ServedDatabases;
  metrics: Metrics;
  readers: Readers;
  log: Logger;
  alerts: AlertCalls;
  jobs: Services["jobs"];
  tasks: Tasks;
  snapshots: Services["snapshots"];
}

/** Opens the services that procedures work with. The caller closes `logs`. */
async function openServices(
  options: ServeOptions,
  { live, metrics, readers, log, alerts, jobs, tasks, snapshots }: Opened,
): Promise<Services> {
  const { databases } = live;
  const auth = openAuthStore(databases.auth);
  const sessionKey = options.secretKey || (await loadSessionKey(options.dirs.auth));
  warnAboutKey(options.secretKey, log);
  const { maxStreams = MAX_STREAMS, maxTransfers = MAX_TRANSFERS } = options;
  const onError = (error: unknown) => {
    // that was told
    if (error instanceof FlowgError && error.code === "DATABASE_REPLACED") return;
    log.error({ err: error }, "background work on logs failed");
  };
  return {
    auth,
    config: openConfigStore(databases.config),
    logs: openLogStore(databases.logs, { onError, maxStreams }),
    sessions: new SessionTokens(sessionKey),
    loginGuard: new LoginGuard(),
    transformers: new Transformers(),
    alerts,
    feed: new LogFeed(),
    counters: metrics,
    jobs,
    tasks,
    snapshots,
    administration:
      options.administration ??
      liveAdministration({
        engine: options.engine ?? lmdb,
        databases,
        compact: live.compact,
        auth,
        maxTransfers,
        maxTransfersPerUser: options.maxTransfersPerUser ?? Math.ceil(maxTransfers / 2),
        maxStreams,
        undo: options.undo ?? undoBounds(),
        maxRestoreMemory: options.maxRestoreMemory ?? MAX_RESTORE_MEMORY,
        onReader: (kind) => readers.opened(kind),
      }),
  };
}

/** If that fails now, it is done a minute later. */
function keepTokenUses({ auth }: Services, log: Logger): void {
  auth.tokenUses.start((error) => {
    const passes = error instanceof FlowgError && /^(BUSY|DATABASE_REPLACED)$/.test(error.code);
    if (!passes) log.warn({ err: error }, "when tokens were last used could not be kept");
  });
}

async function noteCutRuns(databases: readonly Database[], log: Logger): Promise<void> {
  const marks = new Map<DatabaseKind, RestoreMark | undefined>();
  for (const database of databases) {
    marks.set(database.kind, await database.read(knownMark));
    if (await database.read(isMarkDamaged))
      log.warn(
        { database: database.kind },
        `the ${database.kind} database's note of its last restore is not what was written: whether that was cut can't be told. ` +
          "Check the disk and the memory",
      );
  }
  for (const note of cutRuns(marks)) log.warn(`${note}: run it again to complete it`);
}

/** A directory that was lost or is the wrong one looks like a database that is to begin. */
async function noteNewDatabases(
  databases: readonly Database[],
  startedAt: string,
  log: Logger,
): Promise<void> {
  const looks = databases.map((database) =>
    database.read((instant) => ({
      kind: database.kind,
      dir: database.dir,
      isNew: (readMadeAt(instant) ?? "") >= startedAt,
      isEmpty: instant.records.count({ limit: 1 }) === 0,
    })),
  );
  const found = await Promise.all(looks);
  const filled = found.filter(({ isNew, isEmpty }) => !isNew && !isEmpty);
  if (filled.length === 0) return;
  const others = filled.map(({ kind }) => kind).join(" and ");
  for (const { kind, dir } of found.filter(({ isNew }) => isNew)) {
    log.warn(
      { database: kind },
      `A NEW, EMPTY ${kind} DATABASE WAS MADE IN ${dir}, though ${others} hold data. ` +
        `If it was lost: stop, and restore it (flowg admin restore --only ${kind})`,
    );
  }
}

/** Once each time it changes: requests that it makes fail are in the log by themselves. */
function tellPlaceChange(
  log: Logger,
  { kind, dir }: Pick<Database, "kind" | "dir">,
  state: PlaceState,
): void {
  const problem = placeProblem(kind, state);
  const facts = { database: kind, dir };
  if (problem === undefined) log.warn(facts, `the files of the ${kind} database are back`);
  else {
    log.error(
      facts,
      `${problem}. It takes no writes, backups and restores from now on: ${REPLACED_HINT}`,
    );
  }
}

/** A large database takes a while, in which this process does nothing else: it says so now and then. */
function telling(log: Logger): OnUpgrade {
  let told = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const { kind, from, to, records, totalRecords } = progress;
    const isDone = records === totalRecords;
    if (!isDone && performance.now() - told < UPGRADE_TOLD_MS) return;
    told = performance.now();
    log.info(progress, `bringing the ${kind} database from schema ${from} to ${to}`);
  };
}

async function bootstrap(
  { services, database, log }: { services: Services; database: Database; log: Logger },
  first: FirstPassword,
): Promise<void> {
  const { auth, config } = services;
  const isDefault = await setFirstPassword(first, { auth, database });
  const created = await auth.bootstrap(first.initialPassword ?? DEFAULT_PASSWORD);
  const pipelineCreated = await config.bootstrap();
  if (created.roleCreated || created.userCreated || pipelineCreated)
    log.info({ ...created, pipelineCreated }, "filled what was empty");
  for (const warning of await config.warnings("transformer", "pipeline", "alert"))
    log.warn(warning);
  if (isDefault) {
    log.warn(
      "THE PASSWORD OF USER root IS root: anybody that reaches this server can do anything. " +
        "Change it now (POST /api/v1/auth/change-password)",
    );
  }
  for (const kind of ["user", "role"] as const) {
    if (!(await database.read((instant) => isAny(instant, kind))))
      log.warn(`there is no ${kind}, and none is made anew: use \`flowg admin ${kind} create\``);
  }
}

function warnAboutKey(secretKey: string | undefined, log: Logger): void {
  if (secretKey && Buffer.byteLength(secretKey) < SESSION_KEY_BYTES)
    log.warn(`FLOWG_SECRET_KEY is shorter than ${SESSION_KEY_BYTES} bytes: it can be guessed`);
}

/** Takes nothing new, lets what runs end for a while, then ends it. */
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
  clearTimeout(timer);
  // their connections are gone, but they may still be at a database
  await app.allDone();
}
