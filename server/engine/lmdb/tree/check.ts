// Checks all pages of a data file that LMDB may read. LMDB believes what they say, so a page that was cut off, overwritten or
// damaged ends the process by a signal, or gives wrong records.

import { checkFreeList } from "./free-list.js";
import type { Meta } from "./layout.js";
import { PageFile } from "./page-file.js";
import { checkTable, tablesIn } from "./tables.js";

export interface CheckOptions {
  /** The meta page of the state to be checked. */
  meta: Meta;
  /** Names of the tables that are read to their last page, if they exist. */
  tables: ReadonlySet<string>;
  /** Whether the database is going to be written. The free list must be sound, too, then. */
  isWritten: boolean;
}

/**
 * @param file a number of an open file
 * @throws PageFault, NodeJS.ErrnoException
 */
export function checkTrees(file: number, { meta, tables, isWritten }: CheckOptions): void {
  const pages = new PageFile(file, meta);
  for (const table of tablesIn(pages)) if (tables.has(table.name)) checkTable(pages, table);
  if (isWritten) checkFreeList(pages);
}
