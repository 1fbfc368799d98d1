// The number of the state that a database stands at, and whether a read transaction still reads that state.

import type { Transaction } from "lmdb";
import type { Environment } from "./environment.js";

/**
 * The number of the last transaction that any process has committed to a database. It is exact under the write lock. Otherwise
 * it may be that of a commit that readers don't see yet: this reads the meta page, which holds a commit before it has reached
 * the disk, and readers begin at it only after that (LMDB mdb.c, mdb_env_write_meta).
 */
export function lastTransactionId({ root }: Pick<Environment, "root">): number {
  // lmdb-js gives it in getStats(), which also walks the free list; info() is the cheap half of that
  const { env } = root as unknown as { env: { info(): { lastTxnId: number } } };
  return env.info().lastTxnId;
}

/** Begins a read transaction at the state that readers see now. The caller ends it with `done()`. */
export function beginRead({ records }: Pick<Environment, "records">): Transaction {
  records.resetReadTxn();
  return records.useReadTransaction();
}

/**
 * Whether a read transaction reads the last state, counting a commit that readers don't see yet.
 * lmdb-js doesn't tell a transaction's number. But when asked for another transaction, it gives the same one again as long as
 * that reads the newest meta page's state.
 */
export function readsLatest(
  database: Pick<Environment, "records">,
  transaction: Transaction,
): boolean {
  const latest = beginRead(database);
  latest.done();
  return latest === transaction;
}
