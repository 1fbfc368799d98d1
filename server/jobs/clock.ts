// Tells the time, and waits for a time. Tests have a clock of their own.

import { setTimeout as sleep } from "node:timers/promises";

export interface Clock {
  now(): Date;
  /** Resolves at that time, or earlier where the clock is set back or the signal aborts. */
  wait(until: Date | undefined, signal: AbortSignal): Promise<void>;
}

/** Looks at the clock this often, since somebody can set it and a machine can sleep. */
const LOOK_MS = 10_000;
/** A timer may fire a little early; a clock that goes back further was set. */
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
