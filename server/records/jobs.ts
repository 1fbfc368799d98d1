// What is kept and reported of backup jobs: plain data, the same in the database, the API and the CLI.

import type { Fault } from "../platform/errors.js";
import type { Progress } from "./reports.js";

/**
 * What began a run. `schedule`: its time came. `catch-up`: its time had passed. `request`: an administrator asked for it.
 * `continuous`: changes that are stored as they come needed a snapshot to go on from.
 */
export const TRIGGERS = ["schedule", "catch-up", "request", "continuous"] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * How a run ended. `success`: all of it went well. `partial`: a snapshot was stored, but not in each destination, or older ones
 * could not be removed. `failure`: no snapshot was stored. `cut`: the server ended meanwhile; it catches up what is still due.
 * `cancelled`: somebody ended it before a snapshot was stored.
 */
export const OUTCOMES = ["success", "partial", "failure", "cancelled", "cut"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a run has done in one destination. */
export interface DestinationRun {
  destination: string;
  /** The snapshot's id, where one was stored. */
  snapshot?: string;
  /** What it has added there, bytes. */
  newBytes?: number;
  /** Older snapshots that were removed. */
  removed?: number;
  /** Of a drill: what it has proved. */
  drill?: DrilledDestination;
  /** Why none was stored, or the older ones stayed; of a drill, what it has found wrong. */
  error?: Fault;
}

/** What the drill of a destination has found, where all that it restored is right. */
export interface DrilledDestination {
  /** The instant of the restored state, RFC 3339: the snapshot's, or that of the last change that was stored since. */
  instant: string;
  /** What a real restore of the newest state takes, about. */
  restoreSeconds: number;
  /** How many snapshots were restored. */
  snapshots: number;
}

export interface JobRun {
  /** UUID. */
  id: string;
  trigger: Trigger;
  /** When it was due, or asked for: RFC 3339, UTC, as all times here. */
  dueAt: string;
  startedAt: string;
  endedAt: string;
  outcome: Outcome;
  destinations: DestinationRun[];
  /** Why all of it failed. */
  error?: Fault;
  /** What a person should know. */
  notes: string[];
}

/** A run that goes on. */
export type RunningRun = Pick<JobRun, "id" | "trigger" | "dueAt" | "startedAt">;

/** What is known of a destination after all runs. */
export interface DestinationState {
  /** When a snapshot was last stored there, and which. */
  lastSuccess?: string;
  snapshot?: string;
  /** The newest snapshot that was restored from there and found right: no policy removes it. */
  verified?: string;
  /** When that was. */
  verifiedAt?: string;
  /** What a real restore of it takes, about. */
  restoreSeconds?: number;
  /** Whether the last drill found something wrong there, or couldn't look. */
  drillFailed?: boolean;
  /** What the repository held after the last run that could tell. */
  objects?: number;
  bytes?: number;
}

/** What is kept of a job over restarts. */
export interface JobState {
  /** The schedule that `covered` is of: cron expression and time zone. */
  schedule: string;
  /** What was due up to here was run, or is not to be. */
  covered: string;
  /** From when on a success is waited for: the begin of the last one, or when the job was first seen. */
  waitsSince: string;
  paused: boolean;
  running?: RunningRun;
  last?: JobRun;
  lastSuccess?: string;
  destinations: Record<string, DestinationState>;
  /** The time since which it was overdue, once that was told. */
  overdueTold?: string;
}

export interface JobReport {
  name: string;
  /** The cron expression. */
  schedule: string;
  timeZone: string;
  paused: boolean;
  /** Absent while it is paused. */
  nextRun?: string;
  /** Its last success is older than it may be. */
  overdue: boolean;
  running?: RunningRun & { progress?: JobProgress };
  lastRun?: JobRun;
  lastSuccess?: string;
  destinations: (DestinationState & { name: string; continuous?: ContinuousReport })[];
  /** Of its drills; absent where the settings say none, and nobody has asked for one. */
  drill?: DrillState;
}

/** How the changes that a continuous job stores are doing in a destination. */
export interface ContinuousReport {
  /** Seconds of changes that would be lost with this machine. */
  possibleLossSeconds: number;
  /** All changes up to then are stored. Absent until that was so since the start. */
  lastSuccess?: string;
  /** Why a snapshot has yet to cover what no delta does. */
  needsSnapshot?: string;
  /** Since when nothing could be stored, and why. */
  failingSince?: string;
  error?: Fault;
}

/** The drills of a job. */
export type DrillState = Pick<
  JobReport,
  "nextRun" | "overdue" | "running" | "lastRun" | "lastSuccess"
> &
  Partial<Pick<JobReport, "schedule" | "timeZone">>;

export interface JobProgress {
  phase: string;
  database?: string;
  records: number;
  totalRecords?: number;
}

/** How far a backup or a restore is, without its bytes: those who follow it from afar count records. */
export const progressOf = ({ phase, database, records, totalRecords }: Progress): JobProgress => ({
  phase,
  database,
  records,
  ...(totalRecords === undefined ? {} : { totalRecords }),
});
