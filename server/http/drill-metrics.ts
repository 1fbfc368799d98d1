// Prometheus' metrics of the drills of backup jobs. All but the counts of runs outlive a restart.

import type { Registry } from "prom-client";
import type { JobObserver, Jobs } from "../jobs/jobs.js";
import { type Measured, measureReports, timestamp } from "./measure-reports.js";

const DRILLS: Measured = {
  ofJobs: [
    [
      "flowg_drill_overdue",
      "Whether the drill of a job has not succeeded for longer than it may.",
      ({ schedule, overdue }) => (schedule === "" ? undefined : Number(overdue)),
    ],
    [
      "flowg_drill_running",
      "Whether a drill of a job is running.",
      ({ running }) => (running === undefined ? 0 : 1),
    ],
  ],
  ofDestinations: [
    [
      "flowg_drill_last_success_timestamp_seconds",
      "When a drill of a job last passed in a destination; 0 if it never did.",
      // without a schedule nobody waits for it
      ({ lastSuccess }, { schedule }) =>
        lastSuccess === undefined && schedule === "" ? undefined : timestamp(lastSuccess),
    ],
    [
      "flowg_drill_restore_seconds",
      "About how many seconds a restore of the newest state takes, by the last drill that passed.",
      ({ restoreSeconds }) => restoreSeconds,
    ],
    [
      "flowg_drill_failed",
      "Whether the last drill of a destination failed.",
      ({ drillFailed }) => (drillFailed === undefined ? undefined : Number(drillFailed)),
    ],
  ],
  runs: {
    name: "flowg_drill_runs_total",
    help: "Drills of jobs since the server started, by outcome.",
  },
};

/** Registers the metrics. @param drills of these jobs */
export const measureDrills = (drills: Pick<Jobs, "list">, registry: Registry): JobObserver =>
  measureReports(drills, DRILLS, registry);
