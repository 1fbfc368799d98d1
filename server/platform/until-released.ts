// A signal to stop that is held off from some moment on: work that must not be left half done then goes on to its end.

export interface UntilReleased extends Disposable {
  signal: AbortSignal;
  /** From now on only `always` aborts it. */
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
