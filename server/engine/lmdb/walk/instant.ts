// Finds one instant over several LMDB environments, without locking any of them.
//
// It begins read transactions on all, one after the other. If the earlier ones still read the latest state once the last has
// begun, all of them read the state of the moment at which that one began. Otherwise it tries again. To prevent this, a writer
// would have to commit to the earlier ones within these microseconds every time.

import type { Transaction } from "lmdb";
import { FlowgError } from "../../../platform/errors.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { Environment } from "../environment.js";
import { beginRead, readsLatest } from "../last-commit.js";

const TRIES = 1000;
/**
 * So many tries wait for an instant that is found within one millisecond. In a longer one a writer may have made a change of a later
 * time, and a restore to the snapshot's own time would then pass it over.
 */
const EXACT_TRIES = 100;

export interface OneInstant {
  held: Map<DatabaseKind, Transaction>;
  /** All that readers could see at this time, milliseconds since 1970, is there. */
  at: number;
}

/**
 * Begins a read transaction on each database, all of one instant. The caller ends each with `done()`.
 * @throws DATABASE_UNAVAILABLE if the databases change too fast
 */
export function holdOneInstant(databases: ReadonlyMap<DatabaseKind, Environment>): OneInstant {
  for (let tries = 0; tries < TRIES; tries++) {
    const at = Date.now();
    const held = new Map<DatabaseKind, Transaction>();
    for (const [kind, database] of databases) held.set(kind, beginRead(database));
    const isExact = Date.now() === at || tries >= EXACT_TRIES;
    const last = [...databases.keys()].at(-1);
    const isStale = ([kind, database]: [DatabaseKind, Environment]) =>
      kind !== last && !readsLatest(database, held.get(kind) as Transaction);
    if (isExact && ![...databases].some(isStale)) return { held, at };
    for (const transaction of held.values()) transaction.done();
  }
  throw new FlowgError(
    "DATABASE_UNAVAILABLE",
    "the databases change too fast to be read at one instant",
    { hint: "try again, or back them up one at a time" },
  );
}
