// Registers gauges over the reports of jobs or drills, and a count of their runs.

import { Counter, Gauge, type Registry } from "prom-client";
import type { JobObserver, Jobs } from "../jobs/jobs.js";
import { type JobReport, OUTCOMES } from "../records/jobs.js";

type Destination = JobReport["destinations"][number];

/** A gauge. Without a value, it has no sample for that job or destination. */
type Measure<Given extends unknown[]> = readonly [
  name: string,
  help: string,
  value: (...given: Given) => number | undefined,
];

export type OfJob = Measure<[job: JobReport]>;
export type OfDestination = Measure<[destination: Destination, job: JobReport]>;

export interface Measured {
  ofJobs: readonly OfJob[];
  ofDestinations: readonly OfDestination[];
  runs: { name: string; help: string };
}

/** Seconds since 1970, as Prometheus counts; 0: never. */
export const timestamp = (text: string | undefined): number =>
  text === undefined ? 0 : Date.parse(text) / 1000;

/** Registers the metrics. All but the count of runs are read from the reports when Prometheus asks. */
export function measureReports(
  jobs: Pick<Jobs, "list">,
  { ofJobs, ofDestinations, runs }: Measured,
  registry: Registry,
): JobObserver {
  const registers = [registry];
  for (const [name, help, value] of ofJobs) {
    new Gauge({
      name,
      help,
      labelNames: ["job"],
      registers,
      collect() {
        for (const job of jobs.list()) {
          const found = value(job);
          if (found !== undefined) this.set({ job: job.name }, found);
        }
      },
    });
  }
  for (const [name, help, value] of ofDestinations) {
    new Gauge({
      name,
      help,
      labelNames: ["job", "destination"],
      registers,
      collect() {
        for (const job of jobs.list())
          for (const destination of job.destinations) {
            const found = value(destination, job);
            if (found !== undefined)
              this.set({ job: job.name, destination: destination.name }, found);
          }
      },
    });
  }
  const counter = new Counter({ ...runs, labelNames: ["job", "outcome"], registers });
  for (const { name: job } of jobs.list())
    for (const outcome of OUTCOMES) counter.inc({ job, outcome }, 0);
  return {
    started: () => {},
    ended: ({ name: job }, { outcome }) => counter.inc({ job, outcome }),
    overdue: () => {},
  };
}
