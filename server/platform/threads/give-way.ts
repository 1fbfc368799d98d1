// Threads that work beside those that answer requests, and must not slow them.

import { getPriority, setPriority } from "node:os";

/** By setpriority(2)'s scale: such a thread gets a tenth of a core that another thread wants too, and all of an idle one. */
const NICE = 10;
let gaveWay = false;

/**
 * Has the thread that calls it give way to those that answer requests, from its first work on: starting and being ended
 * must be quick. Not for a thread that others wait for. Only Linux has priorities of threads; elsewhere it would be the
 * whole process's.
 */
export function giveWay(): void {
  if (process.platform !== "linux" || gaveWay) return;
  gaveWay = true;
  try {
    if (getPriority() < NICE) setPriority(NICE);
  } catch {
    // where it isn't allowed all have the same
  }
}
