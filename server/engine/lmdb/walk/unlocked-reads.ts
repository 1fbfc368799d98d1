// Watches databases that are read without LMDB's lock file: on a read-only file system, or where it may not be written. Nothing
// tells a writer there which pages are still read, so it may use them again while we read. This can only be noticed: as long as
// nobody has committed, no page has been used again.

import { FlowgError } from "../../../platform/errors.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { Environment } from "../environment.js";
import { lastTransactionId } from "../last-commit.js";

export class UnlockedReads {
  readonly #databases = new Map<DatabaseKind, { database: Environment; transactionId: number }>();

  /** Make it as soon as the read transactions have begun. */
  constructor(databases: Iterable<Environment>) {
    for (const database of databases) {
      if (!isUnlocked(database)) continue;
      const transactionId = lastTransactionId(database);
      this.#databases.set(database.kind, { database, transactionId });
    }
  }

  /**
   * Call it once a database has been read.
   * @throws DATABASE_UNAVAILABLE
   */
  demandUnchanged(kind: DatabaseKind): void {
    const found = this.#databases.get(kind);
    if (!found || lastTransactionId(found.database) === found.transactionId) return;
    throw new FlowgError(
      "DATABASE_UNAVAILABLE",
      `the ${kind} database in ${found.database.dir} was written to while it was read without its lock file`,
      {
        hint: "make lock.mdb writable for this user (not mounted read-only), or stop the server meanwhile",
      },
    );
  }
}

/** LMDB tells this only in words. */
function isUnlocked({ root }: Environment): boolean {
  const { readerList } = root as unknown as { readerList(): string | string[] };
  return String(readerList.call(root)).includes("no reader locks");
}
