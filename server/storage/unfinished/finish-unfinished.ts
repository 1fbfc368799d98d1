// Finishes all unfinished work, in the caller's transaction. A restore must find the records and the derived data as they are
// meant to be, and its own entries must not count as those of a deleted stream.

import type { Changes } from "../database.js";
import { firstIndexJob, getPurge, listPurges } from "../notes/unfinished-work.js";
import type { Instant } from "../tables.js";
import { stepIndexJob } from "./index-job.js";
import { stepPurge } from "./purge.js";

/** Whether something is noted as unfinished. */
export function hasUnfinished(instant: Pick<Instant, "local">): boolean {
  return listPurges(instant).size > 0 || firstIndexJob(instant) !== undefined;
}

/** Only inside a write transaction of a log database. Takes no time if nothing is unfinished. */
export function finishUnfinished(changes: Changes): void {
  for (const stream of listPurges(changes).keys()) {
    while (getPurge(changes, stream)) stepPurge(changes, stream);
  }
  for (let job = firstIndexJob(changes); job; job = firstIndexJob(changes)) {
    stepIndexJob(changes, job);
  }
}
