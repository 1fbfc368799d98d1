// Ctrl-C and its like: the first one asks the run to stop and clean up, the second one does not wait.

import { SIGNAL_EXIT_CODES, type StopSignal } from "./exit-codes.js";

export interface Stopping {
  /** Its reason is the signal's name. */
  stop: AbortSignal;
  /** Does what SIGINT does. */
  interrupt: () => void;
}

export function stopOnSignals(): Stopping {
  const controller = new AbortController();
  const receive = (signal: StopSignal) => {
    if (controller.signal.aborted) process.exit(SIGNAL_EXIT_CODES[signal]);
    controller.abort(signal);
  };
  for (const signal of Object.keys(SIGNAL_EXIT_CODES) as StopSignal[]) process.on(signal, receive);
  return { stop: controller.signal, interrupt: () => receive("SIGINT") };
}
