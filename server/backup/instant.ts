// One instant over several LMDB environments, without locking any of them.
//
// Read transactions are begun on all; if at most one environment has committed anything meanwhile, then at the
// moment that one's transaction began, the others stood exactly as they were read. Otherwise: again. A writer
// would have to commit to two databases within these microseconds, every time, to keep us from it.

import type { Transaction } from "lmdb";
import type { DatabaseKind } from "../database/kinds.js";
import { type Database, lastTransactionId } from "../database/open.js";
import { FlowgError } from "../errors.js";

const TRIES = 1000;

/**
 * Begins a read transaction on each database, all of one instant. The caller ends each with `done()`.
 * @throws DATABASE_UNAVAILABLE if the databases change too fast
 */
export function holdOneInstant(
  databases: ReadonlyMap<DatabaseKind, Database>,
): Map<DatabaseKind, Transaction> {
  for (let tries = 0; tries < TRIES; tries++) {
    const held = new Map<DatabaseKind, Transaction>();
    const before = [...databases.values()].map(lastTransactionId);
    for (const [kind, { records }] of databases) {
      records.resetReadTxn();
      held.set(kind, records.useReadTransaction());
    }
    const after = [...databases.values()].map(lastTransactionId);
    const changed = after.filter((id, index) => id !== before[index]).length;
    if (changed <= 1) return held;
    for (const transaction of held.values()) transaction.done();
  }
  throw new FlowgError(
    "DATABASE_UNAVAILABLE",
    "the databases change too fast to be read at one instant",
    { hint: "try again, or back them up one at a time" },
  );
}
