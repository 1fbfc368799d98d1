// All records of an auth database as they are at one instant, or as a transaction sees them.

import type { AuthRecords } from "../records/auth/auth-records.js";
import type { Instant } from "./tables.js";

export function recordsNow({ records }: Pick<Instant, "records">): AuthRecords {
  const found = new Map<string, Buffer>();
  // damaged records are left out: a restore may be about to mend them
  for (const { key, value, isWhole } of records.findRange())
    if (isWhole) found.set(key.toString("latin1"), Buffer.from(value));
  return found;
}
