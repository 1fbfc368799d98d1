// Lowers the priority of threads that work beside those that answer requests, and must not slow them.

import { getPriority, setPriority } from "node:os";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

/** On the scale of setpriority(2). Such a thread gets a tenth of a core that another thread wants too, and all of an idle one. */
const NICE = 10;
const ANSWERS_REQUESTS = "flowg: a thread of this process answers requests";
let gaveWay = false;

/** Has this process's threads give way. A server calls it before its threads start; a command's threads are its only work. */
export function haveThreadsGiveWay(): void {
  setEnvironmentData(ANSWERS_REQUESTS, true);
}

/** Whether a thread of this process answers requests. */
export const answersRequests = (): boolean => getEnvironmentData(ANSWERS_REQUESTS) === true;

/**
 * In a server, lowers the priority of the calling thread below that of threads that answer requests. It takes effect with the
 * thread's first work, for a thread must start and end quickly. No thread may call it that holds up requests which need nothing
 * of it, as one does that restores accounts. Only Linux has priorities of threads; elsewhere this would lower the whole
 * process's.
 */
export function giveWay(): void {
  if (process.platform !== "linux" || gaveWay || !answersRequests()) return;
  gaveWay = true;
  try {
    if (getPriority() < NICE) setPriority(NICE);
  } catch {
    // where this isn't allowed, all threads have the same priority
  }
}
