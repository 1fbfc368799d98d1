// Reports progress to the parent process, if there is one.

import type { ToParent } from "./supervision.js";

type Tell = (message: ToParent) => void;

let telling: Tell | undefined;
let mayBeginAgain = false;

export function beWatched(tell: Tell, { isLast }: { isLast: boolean }): void {
  telling = tell;
  mayBeginAgain = !isLast;
}

/** Undefined without a parent. */
export const watcher = (): Tell | undefined => telling;

/** Asks the parent to start another child in place of this one. @returns false where it won't */
export function beginAgain(): boolean {
  if (mayBeginAgain) telling?.({ numberTaken: true });
  return mayBeginAgain;
}
