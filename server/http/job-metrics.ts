// What Prometheus reads of backup jobs. All but the counts of runs are kept over restarts: a restart must not silence an
// alert.

import type { Registry } from "prom-client";
import type { JobObserver, Jobs } from "../jobs/jobs.js";
import { type Measured, measureReports, timestamp } from "./measure-reports.js";

const JOBS: Measured = {
  ofJobs: [
    [
      "flowg_job_next_run_timestamp_seconds",
      "When a job runs next; 0 while it is paused.",
      ({ nextRun }) => timestamp(nextRun),
    ],
    [
      "flowg_job_overdue",
      "Whether a job has not succeeded for longer than it may.",
      ({ overdue }) => Number(overdue),
    ],
    ["flowg_job_paused", "Whether somebody has paused a job.", ({ paused }) => Number(paused)],
    [
      "flowg_job_running",
      "Whether a job is running.",
      ({ running }) => (running === undefined ? 0 : 1),
    ],
  ],
  ofDestinations: [
    [
      "flowg_job_last_success_timestamp_seconds",
      "When a job last stored a snapshot in a destination; 0: never.",
      ({ lastSuccess }) => timestamp(lastSuccess),
    ],
    [
      "flowg_job_repository_objects",
      "Segments that a repository held after the last run that could tell.",
      ({ objects }) => objects,
    ],
    ["flowg_job_repository_bytes", "Their bytes.", ({ bytes }) => bytes],
  ],
  runs: {
    name: "flowg_job_runs_total",
    help: "Runs of jobs since the server started, by outcome.",
  },
};

/** Registers them where there are jobs. */
export const measureJobs = (jobs: Pick<Jobs, "list">, registry: Registry): JobObserver =>
  measureReports(jobs, JOBS, registry);
