// The context of a procedure: its caller, the caller's rights, and a signal to stop. Each request has its own.

import type { Jobs } from "../jobs/jobs.js";
import type { Snapshots } from "../jobs/snapshots.js";
import type { AlertCalls } from "../operations/alerts/alert-calls.js";
import type { LogFeed } from "../operations/ingest/log-feed.js";
import type { LogRoom } from "../operations/ingest/log-room.js";
import type { LogCounters } from "../operations/ingest/through-pipeline.js";
import type { Transformers } from "../operations/transform/transformers.js";
import type { Limit } from "../records/auth/limits.js";
import type { Scope } from "../records/auth/scopes.js";
import type { OnProgress } from "../records/reports.js";
import type { AuthStore } from "../stores/auth/store.js";
import type { ConfigStore } from "../stores/config/store.js";
import type { LogStore } from "../stores/logs/store.js";
import type { Tasks } from "../tasks/tasks.js";
import type { Administration } from "./administration.js";
import type { AccountEvent } from "./audited.js";
import type { Credentials } from "./credentials.js";
import type { LoginGuard } from "./login-guard.js";
import type { SessionTokens } from "./session-tokens.js";

/** The user that a valid token stands for. */
export interface Caller {
  user: string;
  /** The scopes that the caller holds at this moment; `write_x` includes `read_x`. */
  scopes: ReadonlySet<Scope>;
  /** The limit of the token or session. `scopes` are within it already. */
  limit: Limit;
  /** When the token ends, RFC 3339; undefined for a token that never ends, and for a session. */
  until: string | undefined;
  via: "token" | "session";
}

/** Services that live as long as the server. */
export interface Services {
  auth: AuthStore;
  config: ConfigStore;
  logs: LogStore;
  sessions: SessionTokens;
  loginGuard: LoginGuard;
  transformers: Transformers;
  alerts: AlertCalls;
  feed: LogFeed;
  room: LogRoom;
  counters: LogCounters;
  administration: Administration;
  /** The jobs, without paths of this machine. */
  jobs: Pick<Jobs, "list" | "report" | "run" | "pause" | "resume"> & {
    /** Begins a drill. @returns its id @throws as `run` */
    drill(name: string, by?: string): string;
  };
  tasks: Tasks;
  /** The snapshots in the repositories that the settings name. */
  snapshots: () => Promise<Snapshots>;
}

export interface Context {
  services: Services;
  credentials: Credentials | undefined;
  /** The client's IP address. */
  address: string;
  /** Aborts when the client goes away or the server stops. */
  signal: AbortSignal;
  /** Aborts when the server stops. */
  lastSignal: AbortSignal;
  /** Called with changes to accounts and with log-ins, for the trail. */
  audit?: ((event: AccountEvent) => void) | undefined;
  /** Called with the progress, for a client that has asked for it. */
  onProgress?: OnProgress | undefined;
  /** Called with the caller once they are known, for the access log. */
  onCaller?: ((caller: Caller) => void) | undefined;
}
