// The drills of backup jobs: by their schedules, and when somebody asks for one.

import type { Logger } from "pino";
import { measureDrills } from "../http/drill-metrics.js";
import { jobTrail } from "../http/job-trail.js";
import type { Metrics } from "../http/metrics.js";
import type { Clock } from "../jobs/clock.js";
import { drillsOf, withDrills } from "../jobs/drill-jobs.js";
import type { Job } from "../jobs/job.js";
import { type JobObserver, Jobs } from "../jobs/jobs.js";
import { runsAsTasks } from "../jobs/run-task.js";
import { Telling } from "../jobs/telling.js";
import type { JobReport } from "../records/jobs.js";
import type { Database } from "../storage/database.js";
import type { Tasks } from "../tasks/tasks.js";
import type { Concealing } from "./backups.js";

/** What is open already. */
interface Opened {
  clock: Clock;
  /** Where their states are kept. */
  database: Database;
  maxMemory: number;
  log: Logger;
  metrics: Metrics;
  tasks: Tasks;
  conceal: Concealing;
  /** What is known of a job itself. */
  reportOf: (job: string) => JobReport;
}

/** Not yet begun. */
export function servedDrills(jobs: readonly Job[], opened: Opened) {
  const { clock, database, maxMemory, log, metrics, tasks, conceal, reportOf } = opened;
  const telling = new Telling({
    of: "drill",
    clock,
    conceal,
    onError: (err, job, whom) => log.warn({ err, job }, `the ${whom} of a drill failed`),
  });
  const onError = (err: unknown, job: string | undefined) =>
    log.error({ err, job }, "a drill met a fault");
  const observers: JobObserver[] = [jobTrail(log, "drill"), telling];
  const drills = new Jobs({
    of: "drill",
    jobs: drillsOf(jobs),
    database,
    clock,
    carryOut: drillingOnce({ maxMemory, reportOf, onError }),
    observers,
    track: runsAsTasks(tasks, "drill"),
    onReady: () => observers.push(measureDrills(drills, metrics.registry)),
    onError,
  });
  return {
    run: (job: string, by?: string) => drills.run(job, by),
    addTo: (job: JobReport) => withDrills(job, drills.report(job.name)),
    pause: (job: string) => drills.pause(job),
    resume: (job: string) => drills.resume(job),
    start: () => drills.start(),
    stop: async () => {
      await drills.stop();
      await telling.close();
    },
  };
}

/** Loaded by the first drill: most servers have none. */
function drillingOnce(options: {
  maxMemory: number;
  reportOf: (job: string) => JobReport;
  onError: (error: unknown, job: string) => void;
}) {
  const module = new URL("./drill-process.js", import.meta.url);
  const loaded = once(async () => {
    const { drilling } = await import("../jobs/drilling.js");
    return drilling({ ...options, module });
  });
  return async (run: Parameters<Awaited<ReturnType<typeof loaded>>>[0]) => (await loaded())(run);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
