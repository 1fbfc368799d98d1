// Makes a whole process give way to all others, for work that nobody waits for.

import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

/** Gives all threads of this process the lowest priority, and so those that they start from now on. */
export function lowerPriority(): void {
  for (const thread of threads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_LOW);
    } catch {
      // the thread has ended, or this isn't allowed here
    }
  }
}

/** Linux has a priority for each thread; elsewhere the process has one. */
function threads(): number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    return [process.pid];
  }
}
