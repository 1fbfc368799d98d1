// What is kept and told of tasks, which are long work that was begun on a server. Plain data, the same in the database, the API
// and the CLI.

import type { Fault } from "../platform/errors.js";
import type { Scope } from "./auth/scopes.js";

/** `job`: a run of a backup job; `backup`, `restore`, `forget`: of snapshots in repositories; `drill`: a drill of a job. */
export const TASK_KINDS = ["job", "backup", "restore", "forget", "drill"] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** `cut`: the server ended meanwhile. */
export const TASK_STATES = ["running", "succeeded", "failed", "cancelled", "cut"] as const;
export type TaskState = (typeof TASK_STATES)[number];

export interface TaskProgress {
  phase: string;
  database?: string;
  records?: number;
  totalRecords?: number;
  /** How many pieces are done, such as objects that were removed. */
  done?: number;
  total?: number;
}

/** Why a task has failed, with facts for programs: who would gain what, say. */
export interface TaskFault extends Fault {
  details?: Record<string, unknown>;
}

export interface Task {
  /** UUID. */
  id: string;
  kind: TaskKind;
  /** What it works on: a job, a snapshot, destinations. */
  target: string;
  /** The user that has begun it; absent where the server did, by a schedule. */
  by?: string;
  state: TaskState;
  /** RFC 3339, UTC, as all times here. */
  begunAt: string;
  endedAt?: string;
  /** Its end was asked for, and hasn't come yet. */
  cancelling?: boolean;
  progress?: TaskProgress;
  /** The report of what it has done: another one for each kind. */
  outcome?: Record<string, unknown>;
  error?: TaskFault;
}

/** The task as it is kept over restarts. */
export interface KeptTask extends Task {
  /** Callers who hold these may see it and cancel it, as may its own user. */
  scopes: readonly Scope[];
  /** The number of its last event. */
  events: number;
}

/** What is told of a task, in order: its state when the listener begins, its progress, its end. */
export type TaskEvent = { id: number } & (
  | { event: "task"; data: Task }
  | { event: "progress"; data: TaskProgress }
  | { event: "end"; data: Task }
);
