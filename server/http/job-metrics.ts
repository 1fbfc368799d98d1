// What Prometheus reads of backup jobs. All but the counts of runs are kept over restarts: a restart must not silence an
// alert.

import { Counter, Gauge, type Registry } from "prom-client";
import type { JobObserver, Jobs } from "../jobs/jobs.js";
import { OUTCOMES } from "../records/jobs.js";

/** Registers them where there are jobs. */
export function measureJobs(jobs: Pick<Jobs, "list">, registry: Registry): JobObserver {
  const registers = [registry];
  const labelNames = ["job"] as const;
  const time = (text: string | undefined) => (text === undefined ? 0 : Date.parse(text) / 1000);
  new Gauge({
    name: "flowg_job_last_success_timestamp_seconds",
    help: "When a job last stored a snapshot in a destination; 0: never.",
    labelNames: ["job", "destination"],
    registers,
    collect() {
      for (const { name: job, destinations } of jobs.list())
        for (const { name: destination, lastSuccess } of destinations)
          this.set({ job, destination }, time(lastSuccess));
    },
  });
  new Gauge({
    name: "flowg_job_next_run_timestamp_seconds",
    help: "When a job runs next; 0 while it is paused.",
    labelNames,
    registers,
    collect() {
      for (const { name: job, nextRun } of jobs.list()) this.set({ job }, time(nextRun));
    },
  });
  const flags = [
    ["flowg_job_overdue", "Whether a job has not succeeded for longer than it may.", "overdue"],
    ["flowg_job_paused", "Whether somebody has paused a job.", "paused"],
    ["flowg_job_running", "Whether a job is running.", "running"],
  ] as const;
  for (const [name, help, member] of flags) {
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        for (const job of jobs.list()) this.set({ job: job.name }, job[member] ? 1 : 0);
      },
    });
  }
  for (const [name, member, help] of [
    [
      "flowg_job_repository_objects",
      "objects",
      "Segments that a repository held after the last run that could tell.",
    ],
    ["flowg_job_repository_bytes", "bytes", "Their bytes."],
  ] as const) {
    new Gauge({
      name,
      help,
      labelNames: ["job", "destination"],
      registers,
      collect() {
        for (const { name: job, destinations } of jobs.list())
          for (const { name: destination, [member]: amount } of destinations)
            if (amount !== undefined) this.set({ job, destination }, amount);
      },
    });
  }
  const runs = new Counter({
    name: "flowg_job_runs_total",
    help: "Runs of jobs since the server started, by outcome.",
    labelNames: ["job", "outcome"],
    registers,
  });
  for (const { name: job } of jobs.list())
    for (const outcome of OUTCOMES) runs.inc({ job, outcome }, 0);
  return {
    started: () => {},
    ended: ({ name: job }, { outcome }) => runs.inc({ job, outcome }),
    overdue: () => {},
  };
}
