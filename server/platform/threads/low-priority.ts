// Makes a whole process give way to all others, for work that isn't waited for.

import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

/** Gives all threads of this process the lowest priority, and so those that they start from now on. */
export function lowerPriority(): void {
  for (const thread of threads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_LOW);
    } catch {
      // it has ended, or it isn't allowed here
    }
  }
}

/** Linux has priorities of threads; elsewhere it is the process's. */
function threads(): number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    return [process.pid];
  }
}
