// Finds clients that move bytes, but too few: single bytes would keep an idle timer from running out for days. Only time in
// which the server waits for the client counts.

const LOOKS = 10;

export interface LeastRateOptions {
  /** Least bytes a second; 0: no least rate. */
  bytesPerSecond: number;
  /** The window of time over which the rate must be reached, milliseconds. */
  windowMs: number;
  /** Whether the server waits for the client now. */
  isWaiting: () => boolean;
  /** Called once. */
  onSlow: () => void;
}

export class LeastRate {
  readonly #timer: NodeJS.Timeout;
  #waitedMs = 0;
  #moved = 0;

  constructor({ bytesPerSecond, windowMs, isWaiting, onSlow }: LeastRateOptions) {
    const everyMs = windowMs / LOOKS;
    const least = (bytesPerSecond * windowMs) / 1000;
    this.#timer = setInterval(() => {
      if (!isWaiting()) return;
      this.#waitedMs += everyMs;
      if (this.#waitedMs < windowMs) return;
      const moved = this.#moved;
      this.#waitedMs = 0;
      this.#moved = 0;
      if (moved >= least) return;
      this.end();
      onSlow();
    }, everyMs).unref();
  }

  moved(bytes: number): void {
    this.#moved += bytes;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
