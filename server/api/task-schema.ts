// The schemas of tasks.

import { z } from "zod";
import type { Fault } from "../platform/errors.js";
import {
  TASK_KINDS,
  TASK_STATES,
  type Task,
  type TaskFault,
  type TaskProgress,
} from "../records/tasks.js";
import { fault, type Schema, time } from "./report-schema.js";
import { success } from "./schemas.js";

const anything = (description: string) => z.record(z.string(), z.unknown()).meta({ description });

const progress = z
  .object({
    phase: z.string(),
    database: z.string().optional(),
    records: z.int().optional(),
    totalRecords: z.int().optional(),
    done: z
      .int()
      .optional()
      .meta({ description: "How many pieces are done, where the work has pieces." }),
    total: z.int().optional(),
  } satisfies Schema<TaskProgress>)
  .meta({ id: "TaskProgress", description: "How far a task is." });

const taskFault = fault
  .extend({
    details: anything("Facts for programs.").optional(),
  } satisfies Omit<Schema<TaskFault>, keyof Fault>)
  .meta({ id: "TaskFault", description: "Why a task has failed." });

export const task = z
  .object({
    id: z.string().meta({ description: "A UUID." }),
    kind: z.enum(TASK_KINDS),
    target: z
      .string()
      .meta({ description: "What it works on: a job, a snapshot, or destinations of snapshots." }),
    by: z.string().optional().meta({
      description: "The user who began it; absent if the server did, by a schedule.",
    }),
    state: z.enum(TASK_STATES).meta({
      description: "`cut`: the server ended meanwhile. The task does not go on.",
    }),
    begunAt: time("When it began."),
    endedAt: time("When it ended.").optional(),
    cancelling: z.boolean().optional().meta({
      description: "Whether somebody has cancelled it and it hasn't ended yet.",
    }),
    progress: progress.optional(),
    outcome: anything("The report of what it did. Each kind of task has another one.").optional(),
    error: taskFault.optional(),
  } satisfies Schema<Task>)
  .meta({ id: "Task", description: "Long work that somebody, or the server, has begun." });

/** The answer of an operation that begins a task. */
export const begun = z.object({ success, task });

export const TASK_ID = "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60";

export const taskExample = (
  kind: Task["kind"],
  target: string,
  more: Partial<Task> = {},
): Task => ({
  id: TASK_ID,
  kind,
  target,
  by: "alice",
  state: "running",
  begunAt: "2026-11-29T02:15:00.012Z",
  ...more,
});
