// Trying again: only what had no effect yet, only a few times, later each time, and never all clients at once.

import { AbortError, FlowgApiError } from "./errors.js";

/** A server that wants a longer pause than this is not waited for. */
const PAUSE_MAX_MS = 30_000;
const FIRST_PAUSE_MS = 250;

export interface RetryOptions {
  /** Tries after the first one. */
  retries: number;
  signal: AbortSignal | undefined;
  /** Whether this failure left nothing behind: not at the server, nor used up here. */
  mayRepeat(error: unknown): boolean;
}

/** Does it until it succeeds, may not be repeated, or the tries are used up. */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const pause = pauseAfter(error, tries);
      if (tries >= options.retries || pause > PAUSE_MAX_MS || !options.mayRepeat(error)) {
        throw error;
      }
      await sleep(pause, options.signal);
    }
  }
}

/** Whether the server said "not now" and when. */
export function isPostponed(error: unknown): boolean {
  return (
    error instanceof FlowgApiError &&
    (error.status === 429 || error.status === 503) &&
    error.retryAfterSeconds !== undefined
  );
}

function pauseAfter(error: unknown, tries: number): number {
  // half of it at random, so that clients which failed together don't come back together
  const pause = FIRST_PAUSE_MS * 2 ** tries * (0.5 + Math.random() / 2);
  const wanted = error instanceof FlowgApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.max(pause, wanted);
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new AbortError({ cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
