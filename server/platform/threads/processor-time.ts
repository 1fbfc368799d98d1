// The processor time of one thread of this process, which Linux tells. A thread that gets no processor for a while isn't slow.

import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** The calling thread's number; undefined where the system tells none. */
export function ownThreadNumber(): string | undefined {
  try {
    return basename(readlinkSync("/proc/thread-self"));
  } catch {
    return undefined;
  }
}

/** Milliseconds; undefined where the system doesn't tell, or the thread has ended. Linux, Documentation/scheduler/sched-stats. */
export function processorMs(thread: string | undefined): number | undefined {
  if (thread === undefined) return undefined;
  try {
    const [nanoseconds] = readFileSync(`/proc/self/task/${thread}/schedstat`, "utf8").split(" ");
    return Number(nanoseconds) / 1e6;
  } catch {
    return undefined;
  }
}
