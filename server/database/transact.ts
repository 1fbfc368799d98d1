// One write transaction, from a thread that must not block: lmdb-js calls `action` once it holds the write
// lock, however long another thread or process (a restore) keeps it. The promise settles after the commit is on disk.

import { type Database, writeError } from "./open.js";

/**
 * Runs `action` inside a write transaction; all three tables may be read and written in it, synchronously.
 * Several actions can share one commit, and what an action wrote before it throws stays written: so it looks first,
 * and writes once nothing can go wrong any more.
 * @throws DISK_FULL, DATABASE_UNAVAILABLE, and what `action` throws
 */
export async function transact<T>(
  database: Pick<Database, "kind" | "dir" | "records">,
  action: () => T,
): Promise<T> {
  try {
    return await database.records.transaction(action);
  } catch (error) {
    throw writeError(await commitCause(error), database);
  }
}

/** lmdb-js says "Commit failed" and gives the reason as a promise, which nobody else would handle. */
async function commitCause(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !("commitError" in error)) return error;
  const reason = Promise.resolve(error.commitError).then(
    () => error,
    (cause: unknown) => cause,
  );
  // were it never settled, the first error must still come out
  const patience = new Promise((resolve) => setTimeout(resolve, 1_000, error).unref());
  return Promise.race([reason, patience]);
}
