// What to say and do where the sum of a database's records was lost.

import { ownWrites } from "../storage/around-writes.js";
import type { Database, FoundByWalk } from "../storage/database.js";

/** An offline backup can only report it. A server's backup and a restore mend it. */
export const SUM_LOST =
  "something damaged was removed from the log records, so whether others were lost as a whole page can't be told before " +
  "the next online backup (flowg admin backup --url) or restore";

/** Stores the sum once a walk has found it again. If that fails, the next backup finds it again. */
export const keepSumFound = (database: Database, found: FoundByWalk): void =>
  void ownWrites(() => database.keepFound(found)).catch(() => {});
