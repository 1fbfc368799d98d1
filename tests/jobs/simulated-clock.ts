// A clock that a test moves, so that no test sleeps.

import type { Clock } from "../../server/jobs/clock.js";

interface Waiting {
  until: number;
  resolve: () => void;
}

export class SimulatedClock implements Clock {
  #now: number;
  readonly #waiting = new Set<Waiting>();

  constructor(now: string) {
    this.#now = Date.parse(now);
  }

  now(): Date {
    return new Date(this.#now);
  }

  wait(until: Date | undefined, signal: AbortSignal): Promise<void> {
    if (signal.aborted || (until && until.getTime() <= this.#now)) return Promise.resolve();
    return new Promise((done) => {
      const waiting: Waiting = {
        until: until?.getTime() ?? Number.POSITIVE_INFINITY,
        resolve: () => {
          this.#waiting.delete(waiting);
          signal.removeEventListener("abort", waiting.resolve);
          done();
        },
      };
      signal.addEventListener("abort", waiting.resolve);
      this.#waiting.add(waiting);
    });
  }

  /** Lets the time pass, from one thing that waits to the next. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const next = Math.min(...[...this.#waiting].map(({ until }) => until));
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      this.#wakeThose();
      await settled();
    }
    this.#now = end;
    this.#wakeThose();
    await settled();
  }

  /** Sets the clock. Waiters look again if it went back, or if their time has come. */
  async set(by: number): Promise<void> {
    this.#now += by;
    for (const waiting of [...this.#waiting])
      if (by < 0 || waiting.until <= this.#now) waiting.resolve();
    await settled();
  }

  #wakeThose(): void {
    for (const waiting of [...this.#waiting]) if (waiting.until <= this.#now) waiting.resolve();
  }
}

/** Whatever can go on without time has gone on: nothing in these tests waits for a disk. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
