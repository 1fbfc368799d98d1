// A client that moves bytes, but hardly any: each one would keep an idle timer from running out, for days. Over a while in
// which we wait for the client, and not it for us, it must move at least so much.

const LOOKS = 10;

export interface LeastRateOptions {
  /** Least bytes a second; 0: no least rate. */
  bytesPerSecond: number;
  /** How long a while is, milliseconds. */
  windowMs: number;
  /** Whether it is the client that is waited for. */
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
