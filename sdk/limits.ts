// Stops a call because its time is up, or because its caller stops it, and says which.

import { AbortError, TimeoutError } from "./errors.js";

export class Limits {
  readonly #controller = new AbortController();
  readonly #stop = () => this.#controller.abort(new AbortError({ cause: this.outer?.reason }));
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param outer the caller's own signal */
  constructor(private readonly outer: AbortSignal | undefined) {
    if (outer?.aborted) this.#stop();
    else outer?.addEventListener("abort", this.#stop, { once: true });
  }

  /** Aborts with an {@link AbortError} or a {@link TimeoutError} as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on the call has this many milliseconds, in place of what it had. */
  allow(ms: number, what: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const message = `${what} within ${ms / 1000} seconds`;
      const hint = "try again, or allow more time";
      this.#controller.abort(new TimeoutError(message, { hint }));
    }, ms);
  }

  /** No limit for now. */
  rest(): void {
    clearTimeout(this.#timer);
  }

  /** The real reason, if an abort came out as some other error. */
  explain(error: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : error;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener("abort", this.#stop);
  }
}

/** @throws AbortError */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortError({ cause: signal.reason });
}
