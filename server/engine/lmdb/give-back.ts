// Gives back the space that an undone transaction leaves behind. LMDB writes the pages of a large transaction before the
// commit, past the end of the file, and doesn't shorten the file again. On a full disk nobody could write then.

import { fstatSync, ftruncateSync, openSync } from "node:fs";
import { join } from "node:path";
import { closeFile } from "../../platform/files/close-file.js";
import { DATA_FILE } from "./data-file.js";
import type { Environment } from "./environment.js";
import { lastTransactionId } from "./last-commit.js";

/** The data file of an open database, and how large it was. It is kept open, because another file may get its name meanwhile. */
export class DataFileGrowth implements Disposable {
  readonly #file: number;
  readonly #before: number;

  constructor(private readonly database: Environment) {
    this.#file = openSync(join(database.dir, DATA_FILE), "r+");
    this.#before = fstatSync(this.#file).size;
  }

  /**
   * Cuts off what an undone transaction has added: everything past the last page of the last commit, and past the size before.
   * Nothing refers to it. Waits for the write lock, if the file has grown.
   */
  giveBack(): void {
    const { root, records } = this.database;
    if (this.#bytes() <= this.#before) return;
    records.transactionSync(() => {
      // where LMDB refuses the transaction (after a commit that failed at the meta page), lmdb-js calls this all the
      // same, without the lock; and the pages of that commit may yet be needed
      if (root.getWriteTxnId() !== lastTransactionId(this.database) + 1) return;
      const { env } = root as unknown as { env: { info(): { lastPageNumber: number } } };
      const { pageSize } = root.getStats() as { pageSize: number };
      const committed = (env.info().lastPageNumber + 1) * pageSize;
      const bytes = Math.max(this.#before, committed);
      if (this.#bytes() > bytes) ftruncateSync(this.#file, bytes);
    });
  }

  #bytes(): number {
    return fstatSync(this.#file).size;
  }

  [Symbol.dispose](): void {
    closeFile(this.#file);
  }
}
