// A signal to stop that no longer counts from some moment on, because work that must not be left half done has begun.

export interface UntilReleased extends Disposable {
  signal: AbortSignal;
  /** From now on only `always` aborts the signal. */
  release(): void;
}

/**
 * @param always aborts it at any time
 * @param before aborts it until it is released
 */
export function untilReleased(always: AbortSignal, before: AbortSignal): UntilReleased {
  const stop = new AbortController();
  const onAlways = () => stop.abort(always.reason);
  const onBefore = () => stop.abort(before.reason);
  if (always.aborted) onAlways();
  else if (before.aborted) onBefore();
  always.addEventListener("abort", onAlways);
  before.addEventListener("abort", onBefore);
  const release = () => before.removeEventListener("abort", onBefore);
  return {
    signal: stop.signal,
    release,
    [Symbol.dispose]() {
      release();
      always.removeEventListener("abort", onAlways);
    },
  };
}
