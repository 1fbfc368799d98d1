// Remembers scripts that were slow or had to be stopped, and for how long that counts. It counts longer each time it happens
// again.

import { forgetOldest } from "../../platform/forget-oldest.js";

export type Suspicion = "slow" | "stopped";

const FIRST_MS = 60_000;
const LONGEST_MS = 60 * 60_000;
const MOST = 10_000;

interface Suspect {
  suspicion: Suspicion;
  until: number;
  /** How long the last suspicion counts. */
  ms: number;
}

export class Suspects {
  /** By the script's key, the last added one at the end. */
  readonly #suspects = new Map<string, Suspect>();

  /** @param now milliseconds of the process's own clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  of(key: string): Suspicion | undefined {
    const suspect = this.#suspects.get(key);
    return suspect && suspect.until > this.now() ? suspect.suspicion : undefined;
  }

  add(key: string, suspicion: Suspicion): void {
    const now = this.now();
    const known = this.#suspects.get(key);
    const isCurrent = known !== undefined && known.until > now;
    // a case while the last one counts belongs to it, and one soon after makes it count longer
    const ms =
      !known || now > known.until + known.ms
        ? FIRST_MS
        : isCurrent
          ? known.ms
          : Math.min(2 * known.ms, LONGEST_MS);
    const worst = isCurrent && known.suspicion === "stopped" ? "stopped" : suspicion;
    this.#suspects.delete(key);
    this.#suspects.set(key, { suspicion: worst, until: now + ms, ms });
    forgetOldest(this.#suspects, MOST);
  }
}
