// What a run changes in the state of its job.

import type { JobRun, JobState } from "../records/jobs.js";
import type { Carried } from "./carry-out.js";

export function stateAfter(
  { running: _, ...state }: JobState,
  run: JobRun,
  carried: Carried | undefined,
): JobState {
  // by a map: one may be called __proto__
  const destinations = new Map(Object.entries(state.destinations));
  for (const { destination, snapshot, drill, error } of run.destinations) {
    destinations.set(destination, {
      ...destinations.get(destination),
      ...(snapshot === undefined ? {} : { lastSuccess: run.endedAt, snapshot }),
      ...(drill && { restoreSeconds: drill.restoreSeconds }),
      ...(carried?.isDrill ? { drillFailed: error !== undefined } : {}),
      ...carried?.amounts.get(destination),
    });
  }
  const isOfSchedule = run.trigger === "schedule" || run.trigger === "catch-up";
  const isAnswered = run.outcome !== "cut" && isOfSchedule;
  return {
    ...state,
    last: run,
    destinations: Object.fromEntries(destinations),
    // a run that came due while this one ran is another run
    ...(isAnswered ? { covered: run.startedAt } : {}),
    ...(run.outcome === "success" ? { lastSuccess: run.endedAt, waitsSince: run.startedAt } : {}),
  };
}
