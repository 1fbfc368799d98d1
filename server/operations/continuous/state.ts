// How a continuous backup is doing in one destination, for the API, the metrics and the log.

import { type Fault, faultOf } from "../../platform/errors.js";
import { knownError } from "../../platform/known-error.js";
import type { ContinuousReport } from "../../records/jobs.js";

/** Why a destination gets no changes, and since when. */
export interface Trouble {
  /** Milliseconds since 1970. */
  since: number;
  fault: Fault;
}

export class ContinuousState {
  /** Why a snapshot has to cover what deltas don't; undefined if the deltas are whole. */
  broken: string | undefined;
  /** Why nothing can be stored now. */
  trouble: Trouble | undefined;
  deltas = 0;
  bytes = 0;
  failures = 0;
  /** All changes up to this instant are known to be stored, milliseconds since 1970. */
  lastSuccess = 0;
  /** When the first change that waits was seen, by the clock of `performance`. */
  #waitingSince: number | undefined;

  /** Seconds of changes that would be lost with this machine. */
  get possibleLoss(): number {
    return this.#waitingSince === undefined ? 0 : (performance.now() - this.#waitingSince) / 1000;
  }

  looked(isWaiting: boolean): void {
    if (isWaiting) this.#waitingSince ??= performance.now();
    else this.#waitingSince = undefined;
  }

  /**
   * Notes that changes have waited since an earlier run of the server.
   * @param time of the first of them, milliseconds since 1970
   */
  waitsSince(time: number): void {
    const begun = performance.now() - Math.max(0, Date.now() - time);
    this.#waitingSince = Math.min(this.#waitingSince ?? begun, begun);
  }

  /**
   * Notes that a delta is stored.
   * @param takenAt by the clock of `performance`; what came later still waits
   */
  stored({ bytes, commits, takenAt }: { bytes: number; commits: number; takenAt: number }): void {
    this.deltas++;
    this.bytes += bytes;
    if (commits > 0 && this.broken === undefined && this.#waitingSince !== undefined)
      this.#waitingSince = Math.max(this.#waitingSince, takenAt);
  }

  /** Notes that the destination has a snapshot that deltas go on from. */
  mended(): void {
    this.broken = undefined;
  }

  /** @param upTo all changes up to this instant are stored, milliseconds since 1970 */
  succeeded(upTo: number): void {
    this.mended();
    this.lastSuccess = upTo;
  }

  /** Notes that storing went well. @returns the trouble that has ended with it */
  went(): Trouble | undefined {
    const { trouble } = this;
    this.trouble = undefined;
    return trouble;
  }

  /** @returns whether this is news: it went well before, or failed for another reason */
  failed(error: unknown): boolean {
    this.failures++;
    const known = knownError(error);
    const { trouble } = this;
    this.trouble = { since: trouble?.since ?? Date.now(), fault: faultOf(known) };
    return trouble?.fault.code !== known.code;
  }

  broke(why: string): void {
    this.broken ??= why;
    this.#waitingSince ??= performance.now();
  }

  report(): ContinuousReport {
    const { broken, trouble, lastSuccess, possibleLoss } = this;
    return {
      possibleLossSeconds: Math.round(possibleLoss * 10) / 10,
      ...(lastSuccess > 0 ? { lastSuccess: new Date(lastSuccess).toISOString() } : {}),
      ...(broken === undefined ? {} : { needsSnapshot: broken }),
      ...(trouble
        ? { failingSince: new Date(trouble.since).toISOString(), error: trouble.fault }
        : {}),
    };
  }
}
