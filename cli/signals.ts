// Signals that stop a run. The first one asks it to stop and clean up, the second one ends it at once. SIGHUP has two other
// meanings: the terminal has gone, which `nohup` ignores, and a daemon should read its files again.

import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { isatty } from "node:tty";
import { SIGNAL_EXIT_CODES, type StopSignal } from "./exit-codes.js";

export interface Stopping {
  /** Its reason is the signal's name. */
  stop: AbortSignal;
  /** Does what SIGINT does. */
  interrupt: () => void;
  /** From now on SIGHUP calls the listener instead of stopping the run. Where the process has a terminal, nothing changes. */
  onHangup: (listener: () => void) => void;
}

/** Calls the listener with each signal that should stop the run. */
export type Signals = (listener: (signal: StopSignal) => void) => void;

/** The signals that this process gets. */
export const ownSignals: Signals = (listener) => {
  for (const signal of Object.keys(SIGNAL_EXIT_CODES) as StopSignal[])
    process.on(signal, () => listener(signal));
};

export function stopOnSignals(signals: Signals): Stopping {
  const controller = new AbortController();
  const receive = (signal: StopSignal) => {
    if (controller.signal.aborted) process.exit(SIGNAL_EXIT_CODES[signal]);
    controller.abort(signal);
  };
  let hangUp = isUnderNohup(process.env) ? () => {} : () => receive("SIGHUP");
  signals((signal) => (signal === "SIGHUP" ? hangUp() : receive(signal)));
  return {
    stop: controller.signal,
    interrupt: () => receive("SIGINT"),
    onHangup: (listener) => {
      if (!hasTerminal()) hangUp = listener;
    },
  };
}

const hasTerminal = (): boolean => [0, 1, 2].some((fd) => isatty(fd));

/**
 * Node restores the default of every ignored signal before any of our code runs, so we can't see what nohup has set. We can
 * see two other things: shells name the program that they start in `_`, and nohup replaces a terminal on stdin by a
 * /dev/null that can only be written to.
 */
function isUnderNohup({ _ }: NodeJS.ProcessEnv): boolean {
  if (basename(_ ?? "") === "nohup") return true;
  try {
    if (readlinkSync("/proc/self/fd/0") !== "/dev/null") return false;
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync("/proc/self/fdinfo/0", "utf8"))?.[1];
    // the access mode is in the last two bits, in octal; 1 is for writing only (open(2))
    return (Number.parseInt(flags ?? "0", 8) & 3) === 1;
  } catch {
    return false;
  }
}
