// Finishing all that is marked as unfinished, in the caller's transaction: for a restore, which must find the records and
// the derived data as they are meant to be, and must not have its own entries taken for those of a deleted stream.

import type { Database } from "../database/open.js";
import { stepIndexJob } from "./index-job.js";
import { firstIndexJob, getPurge, listPurges } from "./marks.js";
import { stepPurge } from "./purge.js";

/** Whether something is marked as unfinished. */
export function hasPending(database: Pick<Database, "local">): boolean {
  return listPurges(database).size > 0 || firstIndexJob(database) !== undefined;
}

/** Only inside a write transaction of a log database. Afterwards there are no marks. Instant if there were none. */
export function settlePending(database: Database): void {
  for (const stream of listPurges(database).keys()) {
    while (getPurge(database, stream)) stepPurge(database, stream);
  }
  for (let job = firstIndexJob(database); job; job = firstIndexJob(database)) {
    stepIndexJob(database, job);
  }
}
