// Tells the process that watches this one, if any, how far it is.

import type { ToParent } from "./supervision.js";

type Tell = (message: ToParent) => void;

let telling: Tell | undefined;
let mayBeginAgain = false;

export function beWatched(tell: Tell, { isLast }: { isLast: boolean }): void {
  telling = tell;
  mayBeginAgain = !isLast;
}

/** Undefined where no process watches. */
export const watcher = (): Tell | undefined => telling;

/** Has another process do this one's work from its beginning. @returns false if none will */
export function beginAgain(): boolean {
  if (mayBeginAgain) telling?.({ numberTaken: true });
  return mayBeginAgain;
}
