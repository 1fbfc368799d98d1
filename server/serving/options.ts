// The options of a server.

import type { Logger } from "pino";
import type { Administration } from "../api/administration.js";
import type { LogFormat } from "../http/log.js";
import type { TlsFiles } from "../http/tls.js";
import type { Clock } from "../jobs/clock.js";
import type { JobSources } from "../jobs/open-jobs.js";
import type { UndoBounds } from "../operations/restore/undo-bounds.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { Durability, Engine, OnOpening } from "../storage/engine.js";
import type { SyslogOptions } from "../syslog/server.js";

export interface ServeOptions {
  /** The engine that keeps the databases; LMDB if absent. */
  engine?: Engine | undefined;
  /** Directories, by database. */
  dirs: Record<DatabaseKind, string>;
  /** Whether an entry is answered once it is on the disk, which is the default, or once it is committed. */
  durability?: Durability | undefined;
  /** HOST:PORT; `localhost` means both loopback addresses, an empty host all addresses. */
  httpBind: string;
  managementBind: string;
  httpTls?: TlsFiles | undefined;
  managementTls?: TlsFiles | undefined;
  /** The key that signs sessions; if absent, one that is kept beside the auth database. */
  secretKey?: string | undefined;
  /** The password of a new user `root`. It also replaces the default password if other machines can reach the server. */
  initialPassword?: string | undefined;
  /** Lets others reach the server although root's password is the default. */
  insecureDefaultPassword?: boolean | undefined;
  /** The syslog server's options; without them the server takes no syslog. */
  syslog?: SyslogOptions | undefined;
  /** The pipeline for OpenTelemetry's logs that name none; `default` if absent. */
  otlpPipeline?: string | undefined;
  /** The web pages that may call the API; none if absent. */
  corsOrigins?: readonly string[] | undefined;
  /** Bytes of an uploaded file; no limit if absent. */
  maxUpload?: number | undefined;
  /** A client that moves no byte of a transfer for this many milliseconds is cut off. */
  stallMs?: number | undefined;
  /** Bytes a second that a client of a transfer must move over such a time. */
  minRate?: number | undefined;
  /** How long requests may go on after a stop. */
  stopMs?: number | undefined;
  verbose?: boolean | undefined;
  /** The form of the log's lines; JSON if absent. */
  logFormat?: LogFormat | undefined;
  /** Addresses and ranges of trusted proxies. */
  trustedProxies?: readonly string[] | undefined;
  /** The log; stdout if absent. */
  log?: Logger | undefined;
  /** How many backups and restores may run at once. */
  maxTransfers?: number | undefined;
  /** How many of them one user may run at once; half of all if absent. */
  maxTransfersPerUser?: number | undefined;
  /** Bytes of memory that one restore may take for large records. */
  maxRestoreMemory?: number | undefined;
  /** The limit for making streams. */
  maxStreams?: number | undefined;
  /** The bounds of undo files. */
  undo?: UndoBounds | undefined;
  /** Backup jobs; none if absent. */
  jobs?: JobSources | undefined;
  /** The clock of the jobs; this machine's if absent. */
  clock?: Clock | undefined;
  /** Hosts and ranges that alerts may call besides public addresses. */
  alertAllow?: readonly string[] | undefined;
  /** Called before each database is opened, since LMDB may end the process then. */
  onOpening?: OnOpening | undefined;
  /** Replaces the real backups and restores. */
  administration?: Administration | undefined;
}
