// Opens the drills of backup jobs, which run by a schedule or when somebody asks for one.

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
import { installationOf } from "../storage/notes/installation.js";
import type { Tasks } from "../tasks/tasks.js";
import type { Concealing } from "./backups.js";

/** What the server has opened before. */
interface Opened {
  clock: Clock;
  /** The database that keeps their states. */
  database: Database;
  maxMemory: number;
  log: Logger;
  metrics: Metrics;
  tasks: Tasks;
  conceal: Concealing;
  /** Gives the report of a job itself. */
  reportOf: (job: string) => JobReport;
}

/** Opens the drills, and begins none. */
export function servedDrills(jobs: readonly Job[], opened: Opened) {
  const { clock, database, maxMemory, log, metrics, tasks, conceal, reportOf } = opened;
  const telling = new Telling({
    of: "drill",
    clock,
    conceal,
    onError: (err, job, whom) => log.warn({ err, job }, `the ${whom} of a drill failed`),
  });
  const installation = () => installationOf(database).catch(() => undefined);
  const onError = (err: unknown, job: string | undefined) =>
    log.error({ err, job }, "a drill met a fault");
  const observers: JobObserver[] = [jobTrail(log, "drill"), telling];
  const drills = new Jobs({
    of: "drill",
    jobs: drillsOf(jobs),
    database,
    clock,
    carryOut: drillingOnce({ maxMemory, reportOf, onError, installation }),
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

/** Runs a drill. The first one loads the modules, since most servers have no drills. */
function drillingOnce(options: {
  maxMemory: number;
  reportOf: (job: string) => JobReport;
  installation: () => Promise<string | undefined>;
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
    made ??= make().catch((error: unknown) => {
      // the next try may go well: no more files could be opened, say
      made = undefined;
      throw error;
    });
    return made;
  };
}
