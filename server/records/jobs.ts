// States and reports of backup jobs: plain data, the same in the database, the API and the CLI.

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
  /** What a drill has proved. Only for a drill. */
  drill?: DrilledDestination;
  /** Why no snapshot was stored, or older ones stayed; for a drill, what it has found wrong. */
  error?: Fault;
}

/** The result of a destination's drill that found everything right. */
export interface DrilledDestination {
  /** The instant of the restored state, RFC 3339: the snapshot's, or that of the last change that was stored since. */
  instant: string;
  /** About how many seconds a real restore of the newest state takes. */
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
  /** About how many seconds a real restore of it takes. */
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
  /** Runs that were due up to this time are done, or are not made up for. */
  covered: string;
  /** A success is awaited since this time: the begin of the last one, or when the job was first seen. */
  waitsSince: string;
  paused: boolean;
  running?: RunningRun;
  last?: JobRun;
  lastSuccess?: string;
  destinations: Record<string, DestinationState>;
  /** Since when it has been overdue, once alerts have said so. */
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
  /** Whether its last success is older than it may be. */
  overdue: boolean;
  running?: RunningRun & { progress?: JobProgress };
  lastRun?: JobRun;
  lastSuccess?: string;
  destinations: (DestinationState & { name: string; continuous?: ContinuousReport })[];
  /** The state of its drills. Absent where the settings name none, and nobody has asked for one. */
  drill?: DrillState;
}

/** How far a destination is with the changes that a continuous job stores. */
export interface ContinuousReport {
  /** Seconds of changes that would be lost with this machine. */
  possibleLossSeconds: number;
  /** All changes up to this time are stored. Absent until that was first so since the server's start. */
  lastSuccess?: string;
  /** Why only a new snapshot can cover changes that no delta holds. */
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

/** How far a backup or a restore is, without its bytes: clients that follow it count records. */
export const progressOf = ({ phase, database, records, totalRecords }: Progress): JobProgress => ({
  phase,
  database,
  records,
  ...(totalRecords === undefined ? {} : { totalRecords }),
});
