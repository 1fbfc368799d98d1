// How long a backup or a restore may wait.

import { milliseconds, type Settings } from "../options.js";

/** A server may have much to read before its first byte, and much to write before its report. */
const ANSWER_MS = 3_600_000;

/**
 * The waits of one transfer: for some byte to move, and for the answer to begin.
 * @throws InputError
 */
export function transferWaits(
  settings: Settings,
  {
    timeout = settings.timeout,
    answerTimeout = ANSWER_MS,
  }: { timeout?: number | undefined; answerTimeout?: number | undefined },
): { idleMs: number; answerMs: number } {
  return {
    idleMs: milliseconds("timeout", timeout),
    answerMs: milliseconds("answerTimeout", answerTimeout),
  };
}
