// Bounds what runs at once: first come, first served.

import { FlowgError } from "../../platform/errors.js";

export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** @throws CANCELLED if the signal comes before a slot is free */
  async take(signal: AbortSignal): Promise<AsyncDisposable> {
    if (signal.aborted) throw new FlowgError("CANCELLED", "stopped");
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    return { [Symbol.asyncDispose]: async () => this.#give() };
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const mine = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        this.#waiting.delete(mine);
        reject(new FlowgError("CANCELLED", "stopped"));
      };
      this.#waiting.add(mine);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Gives the slot to the next in line. */
  #give(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
