// Prometheus' metrics of backup jobs. All but the counts of runs outlive a restart, which must not silence an alert.

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
      "Segments in a repository after the last run that counted them.",
      ({ objects }) => objects,
    ],
    ["flowg_job_repository_bytes", "Bytes of these segments.", ({ bytes }) => bytes],
  ],
  runs: {
    name: "flowg_job_runs_total",
    help: "Runs of jobs since the server started, by outcome.",
  },
};

/** Registers the metrics. */
export const measureJobs = (jobs: Pick<Jobs, "list">, registry: Registry): JobObserver =>
  measureReports(jobs, JOBS, registry);
