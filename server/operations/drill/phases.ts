// Measures how long the parts of a restore take, from its progress.

import type { DrilledRestore } from "../../records/drill-report.js";
import type { OnProgress } from "../../records/reports.js";

type Phases = DrilledRestore["phases"];

/** Our names for a restore's phases. Any other phase counts as `opening`. */
const NAMES: Readonly<Record<string, keyof Phases>> = {
  verifying: "verifying",
  importing: "verifying",
  restoring: "restoring",
  finishing: "finishing",
};

export class PhaseClock {
  readonly seconds: Phases = { opening: 0, verifying: 0, restoring: 0, finishing: 0 };
  #phase: keyof Phases = "opening";
  #since = performance.now();

  /** @param onProgress hears of the progress, too */
  watch(onProgress: OnProgress | undefined): OnProgress {
    return (progress) => {
      this.#turn(NAMES[progress.phase] ?? "opening");
      onProgress?.(progress);
    };
  }

  /** Ends the last phase: what follows isn't part of the restore. */
  stop(): Phases {
    this.#turn(this.#phase);
    return this.seconds;
  }

  #turn(phase: keyof Phases): void {
    const now = performance.now();
    this.seconds[this.#phase] += (now - this.#since) / 1000;
    this.#since = now;
    this.#phase = phase;
  }
}
