// Makes a task of each run of a job, so that clients follow and cancel it like other long work.

import type { Fault } from "../platform/errors.js";
import type { JobRun, Outcome } from "../records/jobs.js";
import type { TaskKind, TaskState } from "../records/tasks.js";
import type { Tasks } from "../tasks/tasks.js";
import type { BegunRun, TrackedRun } from "./jobs.js";

const STATES: Record<Outcome, TaskState> = {
  success: "succeeded",
  partial: "failed",
  failure: "failed",
  cancelled: "cancelled",
  cut: "cut",
};

/** @param kind whether the runs are those of jobs or of their drills */
export const runsAsTasks =
  (tasks: Tasks, kind: Extract<TaskKind, "job" | "drill">) =>
  ({ job, run, by, cancel }: BegunRun): TrackedRun => {
    const spec = { id: run.id, kind, target: job.name, by, scopes: ["write_backups"] as const };
    const tracked = tasks.track(spec, cancel);
    return {
      progress: tracked.progress,
      ended: (ended) => {
        const state = STATES[ended.outcome];
        const error = state === "succeeded" ? undefined : errorOf(ended);
        tracked.ended({ state, outcome: { ...ended }, ...(error && { error }) });
      },
    };
  };

function errorOf({ error, destinations }: JobRun): Fault | undefined {
  if (error) return error;
  const faults = destinations.flatMap((one) =>
    one.error ? [{ ...one.error, message: `${one.destination}: ${one.error.message}` }] : [],
  );
  const [first] = faults;
  return first && { ...first, message: faults.map(({ message }) => message).join("; ") };
}
