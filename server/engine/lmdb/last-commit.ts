// The number of the state that a database stands at, and whether a read transaction still reads that state.

import type { Transaction } from "lmdb";
import type { Environment } from "./environment.js";

/**
 * The number of the last transaction committed to a database, by any process. Exact under the write lock;
 * without it, it may be one that readers don't see yet: a commit is in the meta page, which this reads, for as long
 * as that takes to reach the disk before readers begin at it (LMDB mdb.c, mdb_env_write_meta).
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
 * Whether a read transaction reads the last state, also counting a commit that readers don't see yet.
 *
 * lmdb-js tells no number of a transaction, but asked for another it gives the same one again as long as its
 * number is that of the newest meta page.
 */
export function readsLatest(
  database: Pick<Environment, "records">,
  transaction: Transaction,
): boolean {
  const latest = beginRead(database);
  latest.done();
  return latest === transaction;
}
