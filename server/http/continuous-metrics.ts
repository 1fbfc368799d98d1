// Prometheus' metrics of continuous backups.

import { Counter, Gauge, type Registry } from "prom-client";
import type { ContinuousBackup } from "../operations/continuous/continuous.js";
import type { ContinuousState } from "../operations/continuous/state.js";
import { DATABASE_KINDS } from "../records/kinds.js";

type Measure = readonly [name: string, help: string, value: (state: ContinuousState) => number];

const LEVELS: readonly Measure[] = [
  [
    "flowg_continuous_possible_loss_seconds",
    "Seconds of changes that a destination would lack if this machine were lost.",
    ({ possibleLoss }) => possibleLoss,
  ],
  [
    "flowg_continuous_broken",
    "1 while a destination needs a snapshot before deltas can go on.",
    ({ broken }) => (broken === undefined ? 0 : 1),
  ],
  [
    "flowg_continuous_last_success_timestamp_seconds",
    "All changes up to this time are in a destination; 0 if that was not the case since the start.",
    ({ lastSuccess }) => lastSuccess / 1000,
  ],
];

const COUNTS: readonly Measure[] = [
  ["flowg_continuous_deltas_total", "Deltas stored since the start.", ({ deltas }) => deltas],
  [
    "flowg_continuous_delta_bytes_total",
    "Bytes of deltas stored since the start.",
    ({ bytes }) => bytes,
  ],
  [
    "flowg_continuous_failures_total",
    "Times that changes could not be stored.",
    ({ failures }) => failures,
  ],
];

export function measureContinuous(
  job: string,
  continuous: Pick<ContinuousBackup, "states" | "journalBytes">,
  registry: Registry,
): void {
  const registers = [registry];
  const labelNames = ["job", "destination"] as const;
  for (const [name, help, value] of LEVELS) {
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        for (const { name: destination, state } of continuous.states)
          this.set({ job, destination }, value(state));
      },
    });
  }
  for (const [name, help, value] of COUNTS) {
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const { name: destination, state } of continuous.states)
          this.inc({ job, destination }, value(state));
      },
    });
  }
  new Gauge({
    name: "flowg_continuous_journal_bytes",
    help: "Changes that wait in the journal of a database.",
    labelNames: ["database"],
    registers,
    collect() {
      for (const database of DATABASE_KINDS)
        this.set({ database }, continuous.journalBytes(database));
    },
  });
}
