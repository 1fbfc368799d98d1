// What a server is started with.

import type { Logger } from "pino";
import type { Administration } from "../api/administration.js";
import type { LogFormat } from "../http/log.js";
import type { TlsFiles } from "../http/tls.js";
import type { Clock } from "../jobs/clock.js";
import type { JobSources } from "../jobs/open-jobs.js";
import type { UndoBounds } from "../operations/restore/undo-wishes.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { Durability, Engine, OnOpening } from "../storage/engine.js";
import type { SyslogOptions } from "../syslog/server.js";

export interface ServeOptions {
  /** What keeps the databases; LMDB unless given. */
  engine?: Engine | undefined;
  /** Directories, by database. */
  dirs: Record<DatabaseKind, string>;
  /** Whether entries are answered once they are on the disk, which they are unless given, or once they are committed. */
  durability?: Durability | undefined;
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
