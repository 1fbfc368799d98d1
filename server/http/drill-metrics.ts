// What Prometheus reads of the drills of backup jobs. All but the counts of runs are kept over restarts.

import { Counter, Gauge, type Registry } from "prom-client";
import type { JobObserver, Jobs } from "../jobs/jobs.js";
import { type DestinationState, OUTCOMES } from "../records/jobs.js";

type OfDestination = readonly [
  name: string,
  help: string,
  value: (state: DestinationState, isScheduled: boolean) => number | undefined,
];

const seconds = (text: string): number => Date.parse(text) / 1000;

const OF_DESTINATIONS: readonly OfDestination[] = [
  [
    "flowg_drill_last_success_timestamp_seconds",
    "When a drill last restored what a job had stored in a destination, and all was right; 0: never.",
    ({ lastSuccess }, isScheduled) =>
      lastSuccess === undefined ? (isScheduled ? 0 : undefined) : seconds(lastSuccess),
  ],
  [
    "flowg_drill_restore_seconds",
    "What a restore of the newest state takes, about, by the last drill that passed.",
    ({ restoreSeconds }) => restoreSeconds,
  ],
  [
    "flowg_drill_failed",
    "Whether the last drill of a destination failed.",
    ({ drillFailed }) => (drillFailed === undefined ? undefined : Number(drillFailed)),
  ],
];

/** Registers them where there are jobs. @param drills of these jobs */
export function measureDrills(drills: Pick<Jobs, "list">, registry: Registry): JobObserver {
  const registers = [registry];
  for (const [name, help, value] of OF_DESTINATIONS) {
    new Gauge({
      name,
      help,
      labelNames: ["job", "destination"],
      registers,
      collect() {
        for (const { name: job, schedule, destinations } of drills.list())
          for (const { name: destination, ...state } of destinations) {
            const found = value(state, schedule !== "");
            if (found !== undefined) this.set({ job, destination }, found);
          }
      },
    });
  }
  new Gauge({
    name: "flowg_drill_overdue",
    help: "Whether the drill of a job has not succeeded for longer than it may.",
    labelNames: ["job"],
    registers,
    collect() {
      for (const { name: job, schedule, overdue } of drills.list())
        if (schedule !== "") this.set({ job }, overdue ? 1 : 0);
    },
  });
  new Gauge({
    name: "flowg_drill_running",
    help: "Whether a drill of a job is running.",
    labelNames: ["job"],
    registers,
    collect() {
      for (const { name: job, running } of drills.list()) this.set({ job }, running ? 1 : 0);
    },
  });
  const runs = new Counter({
    name: "flowg_drill_runs_total",
    help: "Drills of jobs since the server started, by outcome.",
    labelNames: ["job", "outcome"],
    registers,
  });
  for (const { name: job } of drills.list())
    for (const outcome of OUTCOMES) runs.inc({ job, outcome }, 0);
  return {
    started: () => {},
    ended: ({ name: job }, { outcome }) => runs.inc({ job, outcome }),
    overdue: () => {},
  };
}
