// What time it is, and waiting for a time. Tests have a clock of their own.

import { setTimeout as sleep } from "node:timers/promises";

export interface Clock {
  now(): Date;
  /** Resolves at that time, or earlier: when the clock was set back, or the signal aborts. */
  wait(until: Date | undefined, signal: AbortSignal): Promise<void>;
}

/** A clock can be set, and a machine can sleep: so often it is looked at. */
const LOOK_MS = 10_000;
/** More than a timer may fire too early. */
const SET_BACK_MS = 1_000;

export const systemClock: Clock = {
  now: () => new Date(),
  async wait(until, signal) {
    let last = Date.now();
    while (!signal.aborted) {
      const now = Date.now();
      if (now < last - SET_BACK_MS || (until && now >= until.getTime())) return;
      last = now;
      const ms = until ? Math.min(LOOK_MS, until.getTime() - now) : LOOK_MS;
      await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
    }
  },
};
