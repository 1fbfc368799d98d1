// The sum of a database's records, where it was lost.

import { ownWrites } from "../storage/around-writes.js";
import type { Database, FoundByWalk } from "../storage/database.js";

/** A backup that reads only says it: a server's backup, and a restore, put that right. */
export const SUM_LOST =
  "something damaged was removed from the log records, so whether others were lost as a whole page can't be told before " +
  "the next online backup (flowg admin backup --url) or restore";

/** Writes it down once a walk has made it known again. If that fails, the next backup finds it once more. */
export const keepSumFound = (database: Database, found: FoundByWalk): void =>
  void ownWrites(() => database.keepFound(found)).catch(() => {});
