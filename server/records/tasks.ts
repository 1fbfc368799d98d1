// States and events of tasks, which are long work on a server: plain data, the same in the database, the API and the CLI.

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

/** Why a task has failed, with facts for programs, such as who would gain which scopes. */
export interface TaskFault extends Fault {
  details?: Record<string, unknown>;
}

export interface Task {
  /** UUID. */
  id: string;
  kind: TaskKind;
  /** The job, snapshot or destinations that it works on. */
  target: string;
  /** The user that began it. Absent where the server did, by a schedule. */
  by?: string;
  state: TaskState;
  /** RFC 3339, UTC, as all times here. */
  begunAt: string;
  endedAt?: string;
  /** Whether its end was asked for and hasn't come yet. */
  cancelling?: boolean;
  progress?: TaskProgress;
  /** The report on what it has done. Each kind has its own. */
  outcome?: Record<string, unknown>;
  error?: TaskFault;
}

/** The task as it is kept over restarts. */
export interface KeptTask extends Task {
  /** Callers with these scopes may see it and cancel it, and so may its own user. */
  scopes: readonly Scope[];
  /** The number of its last event. */
  events: number;
}

/** The events of a task, in order: its state when the listener begins, its progress, its end. */
export type TaskEvent = { id: number } & (
  | { event: "task"; data: Task }
  | { event: "progress"; data: TaskProgress }
  | { event: "end"; data: Task }
);
