// The drill of a job is a job of its own: it has the same machinery, and a state of its own. Here is what the one knows of the
// other.

import type { DrillState, JobReport } from "../records/jobs.js";
import type { Job } from "./job.js";
import { NEVER } from "./schedule.js";

/** The drills of these jobs. Somebody may ask for the drill of a job whose settings say none. */
export const drillsOf = (jobs: readonly Job[]): Job[] =>
  jobs.map(({ drill, tell, ...job }) => ({
    ...job,
    drill,
    schedule: drill?.schedule ?? NEVER,
    overdueAfterMs: drill?.overdueAfterMs ?? job.overdueAfterMs,
    keep: undefined,
    continuous: undefined,
    tell: {
      webhooks: tell.webhooks,
      ping: drill?.ping,
      pingOfFailures: tell.ping,
    },
  }));

/** A job's report with what its drills have found. */
export function withDrills(job: JobReport, drills: JobReport): JobReport {
  const drill = stateOf(drills);
  const destinations = job.destinations.map((one) => {
    const drilled = drills.destinations.find(({ name }) => name === one.name);
    const { snapshot, lastSuccess, restoreSeconds, drillFailed } = drilled ?? {};
    return {
      ...one,
      ...(snapshot === undefined ? {} : { verified: snapshot }),
      ...(lastSuccess === undefined ? {} : { verifiedAt: lastSuccess }),
      ...(restoreSeconds === undefined ? {} : { restoreSeconds }),
      ...(drillFailed === undefined ? {} : { drillFailed }),
    };
  });
  return { ...job, destinations, ...(drill && { drill }) };
}

/** Undefined where there is nothing to say. */
function stateOf(drills: JobReport): DrillState | undefined {
  const { schedule, timeZone, nextRun, overdue, running, lastRun, lastSuccess } = drills;
  if (schedule === "" && !running && !lastRun) return undefined;
  return {
    ...(schedule === "" ? {} : { schedule, timeZone }),
    ...(nextRun === undefined ? {} : { nextRun }),
    overdue,
    ...(running && { running }),
    ...(lastRun && { lastRun }),
    ...(lastSuccess === undefined ? {} : { lastSuccess }),
  };
}
