// What a transaction that is undone leaves behind: LMDB writes pages before the commit when there are many, past the end
// of the file, and doesn't shorten the file again. On a full disk nobody else could write.

import { statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { DATA_FILE } from "./data-file.js";
import type { Database } from "./open.js";

/** How large the data file is, in bytes. */
export function dataFileBytes({ dir }: Pick<Database, "dir">): number {
  return statSync(join(dir, DATA_FILE)).size;
}

/**
 * Cuts off what a transaction has added that was undone: what is past the last page of the last commit, and past the size
 * before. Nothing refers to it.
 * @param before what dataFileBytes said before the transaction
 */
export function giveBack(database: Database, before: number): void {
  const { dir, root, records } = database;
  // under the write lock nobody adds anything
  records.transactionSync(() => {
    const { env } = root as unknown as { env: { info(): { lastPageNumber: number } } };
    const { pageSize } = root.getStats() as { pageSize: number };
    const committed = (env.info().lastPageNumber + 1) * pageSize;
    const bytes = Math.max(before, committed);
    if (dataFileBytes(database) > bytes) truncateSync(join(dir, DATA_FILE), bytes);
  });
}
