// Opens what backs up into repositories: scheduled jobs, continuous backups, and snapshots that clients ask for.

import { isAbsolute } from "node:path";
import type { Logger } from "pino";
import type { Services } from "../api/context.js";
import { dataConcealer } from "../http/conceal.js";
import { measureContinuous } from "../http/continuous-metrics.js";
import { continuousTrail } from "../http/continuous-trail.js";
import { measureJobs } from "../http/job-metrics.js";
import { jobTrail } from "../http/job-trail.js";
import type { Metrics } from "../http/metrics.js";
import type { Readers } from "../http/readers.js";
import { type Clock, systemClock } from "../jobs/clock.js";
import type { ContinuousJob, ContinuousJobOptions } from "../jobs/continuous-job.js";
import { Destinations } from "../jobs/destinations.js";
import type { Job } from "../jobs/job.js";
import { type JobObserver, Jobs } from "../jobs/jobs.js";
import type { OpenedJobs } from "../jobs/open-jobs.js";
import { runsAsTasks } from "../jobs/run-task.js";
import { Telling } from "../jobs/telling.js";
import { withoutContinuous } from "../operations/continuous/journals.js";
import { ownScratch } from "../operations/drill/scratch.js";
import type { JobReport, JobRun } from "../records/jobs.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { Database } from "../storage/database.js";
import type { Engine, ServedDatabases } from "../storage/engine.js";
import type { Tasks } from "../tasks/tasks.js";
import { servedDrills } from "./drills.js";
import type { ServeOptions } from "./options.js";

/**
 * Reads and checks the settings of jobs before anything is opened.
 * @throws INPUT_INVALID, FILE_UNAVAILABLE, IDENTITY_REQUIRED
 */
export async function plannedJobs({ jobs }: ServeOptions): Promise<OpenedJobs> {
  if (jobs?.file === undefined && jobs?.flags?.jobs === undefined)
    return { jobs: [], alertHosts: [] };
  const { openJobs } = await import("../jobs/open-jobs.js");
  const opened = await openJobs(jobs);
  if (opened.jobs.some(({ drill }) => drill)) {
    const { demandDrillable } = await import("../jobs/demand-drillable.js");
    await demandDrillable(opened.jobs);
  }
  return opened;
}

export type Concealing = <T>(data: T) => T;

/** Hides the paths of this machine's databases and repositories, and of drills, from clients. */
export function concealing(
  jobs: readonly Job[],
  databases: readonly Pick<Database, "dir">[],
): Concealing {
  const places = jobs
    .flatMap(({ destinations, drill }) => [
      ...destinations.map(({ place }) => place),
      ...(drill?.scratchDir === undefined ? [] : [drill.scratchDir]),
    ])
    .concat(jobs.length > 0 ? ownScratch() : [])
    .filter((place) => isAbsolute(place));
  return dataConcealer([...databases.map(({ dir }) => dir), ...places]);
}

/** What the server has opened before. */
interface Opened {
  engine: Engine;
  live: ServedDatabases;
  readers: Readers;
  conceal: Concealing;
}

/** Gives the snapshots for clients. Their modules load at the first request, since most servers never need them. */
export function snapshotsOf(
  jobs: readonly Job[],
  { engine, live, readers, conceal }: Opened,
): Services["snapshots"] {
  const destinations = new Destinations(jobs);
  const served = {
    engine,
    databases: live.databases,
    onReader: (kind: DatabaseKind) => readers.opened(kind),
  };
  return async () => {
    const { Snapshots } = await import("../jobs/snapshots.js");
    return new Snapshots({ destinations, served, conceal });
  };
}

/** Opens the jobs, and begins none. */
export async function servedJobs(
  jobs: readonly Job[],
  opened: Opened & {
    clock: Clock | undefined;
    log: Logger;
    metrics: Metrics;
    tasks: Tasks;
    /** Bytes of memory that large records of one restore may take. */
    maxMemory: number;
  },
) {
  const { engine, live, readers, clock = systemClock, log, metrics, tasks, conceal } = opened;
  const { maxMemory } = opened;
  const { databases } = live;
  const shown = (report: JobReport): JobReport => {
    const { lastRun, drill, ...rest } = drills.addTo(withContinuous(report));
    return {
      ...rest,
      ...(lastRun && { lastRun: conceal(lastRun) }),
      ...(drill && { drill: conceal(drill) }),
    };
  };
  /** Adds the state of the continuous backup to a report. */
  const withContinuous = (report: JobReport): JobReport => {
    if (continuous?.name !== report.name) return report;
    const states = new Map(continuous.backup.states.map(({ name, state }) => [name, state]));
    const destinations = report.destinations.map((one) => {
      const state = states.get(one.name);
      return state ? { ...one, continuous: conceal(state.report()) } : one;
    });
    return { ...report, destinations };
  };
  const telling = new Telling({
    clock,
    conceal: (run: JobRun) => conceal(run),
    onError: (error, job, whom) => log.warn({ err: error, job }, `the ${whom} of a job failed`),
  });
  const onReader = (kind: DatabaseKind) => readers.opened(kind);
  const observers: JobObserver[] = [jobTrail(log), telling];
  const continuous = await continuousOf(jobs, {
    databases,
    run: (name) => all.run(name, undefined, "continuous"),
    onSnapshotWanted: (job, why) => log.info({ job, why }, "changes need a snapshot to go on from"),
    watcher: (job) => {
      const trail = continuousTrail(log, job.name);
      return {
        ...trail,
        behind(destination, state) {
          trail.behind(destination, state);
          telling.behind(job, destination, conceal(state.report()));
        },
        caughtUp(destination) {
          trail.caughtUp(destination);
          telling.caughtUp(job, destination);
        },
      };
    },
    onError: (err, job) => log.error({ err, job }, "changes weren't stored"),
  });
  if (continuous) observers.push(continuous.observer);
  const all = new Jobs({
    jobs,
    database: databases.config,
    clock,
    carryOut: async (run) => {
      const { carryingOut } = await import("../jobs/carry-out.js");
      return await carryingOut({ engine, databases, onReader })(run);
    },
    observers,
    track: runsAsTasks(tasks, "job"),
    onReady: () => observers.push(measureJobs(all, metrics.registry)),
    onError: (error, job) => log.error({ err: error, job }, "a backup job met a fault"),
  });
  const drills = servedDrills(jobs, {
    clock,
    log,
    metrics,
    tasks,
    conceal,
    maxMemory,
    database: databases.config,
    reportOf: (job) => all.report(job),
  });
  return {
    served: {
      list: () => all.list().map(shown),
      report: (name: string) => shown(all.report(name)),
      run: (name: string, by?: string) => all.run(name, by),
      drill: (name: string, by?: string) => drills.run(name, by),
      pause: (name: string) => bothOf(all, drills, (one) => one.pause(name)),
      resume: (name: string) => bothOf(all, drills, (one) => one.resume(name)),
    },
    startContinuous: async () => {
      if (continuous) measureContinuous(continuous.name, continuous.backup, metrics.registry);
      if (continuous) await continuous.backup.start();
      else
        await withoutContinuous(Object.values(databases)).catch((error: unknown) =>
          log.warn(
            { err: error },
            "the journals of an earlier continuous job could not be removed",
          ),
        );
    },
    /** Stops the continuous backup. Call it last, so that it stores everything that was written before. */
    stopContinuous: () => continuous?.backup.stop(),
    start: async () => {
      await all.start();
      await drills.start();
    },
    stop: async () => {
      await Promise.all([all.stop(), drills.stop()]);
      await telling.close();
    },
  };
}

type Switched = Record<"pause" | "resume", (name: string) => Promise<void>>;

/** Pauses or resumes a job and its drills. */
async function bothOf(jobs: Switched, drills: Switched, how: (one: Switched) => Promise<void>) {
  await how(jobs);
  await how(drills);
}

/** Opens the continuous job. Its modules are loaded only if there is one. */
async function continuousOf(
  jobs: readonly Job[],
  options: ContinuousJobOptions,
): Promise<ContinuousJob | undefined> {
  if (!jobs.some(({ continuous }) => continuous)) return undefined;
  const { continuousJob } = await import("../jobs/continuous-job.js");
  return continuousJob(jobs, options);
}
