// Threads that work beside those that answer requests, and must not slow them.

import { getPriority, setPriority } from "node:os";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

/** By setpriority(2)'s scale: such a thread gets a tenth of a core that another thread wants too, and all of an idle one. */
const NICE = 10;
const ANSWERS_REQUESTS = "flowg: a thread of this process answers requests";
let gaveWay = false;

/** For a server, before its threads start. Elsewhere nobody waits for anything but what they do. */
export function haveThreadsGiveWay(): void {
  setEnvironmentData(ANSWERS_REQUESTS, true);
}

/**
 * In a server, has the thread that calls it give way to those that answer requests, from its first work on: starting and
 * being ended must be quick. Not for a thread that others wait for. Only Linux has priorities of threads; elsewhere it
 * would be the whole process's.
 */
export function giveWay(): void {
  if (process.platform !== "linux" || gaveWay || !getEnvironmentData(ANSWERS_REQUESTS)) return;
  gaveWay = true;
  try {
    if (getPriority() < NICE) setPriority(NICE);
  } catch {
    // where it isn't allowed all have the same
  }
}
