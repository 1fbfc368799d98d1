// Begins the free list of a compact copy. Such a copy has no free pages, so the list is an empty tree. LMDB (mdb.c of lmdb-js
// 3.5) fails at a transaction that then frees more pages than a record of the list holds on its own page, some two hundred:
// while it saves them (mdb_freelist_save), it looks for a page (mdb_page_alloc) in the very tree whose first record it is
// putting, and reads a key that isn't there. The transaction is refused with MDB_BAD_TXN, or the process ends with SIGABRT.
// Once there is a record, there always is one: each transaction adds the pages that it frees before it takes out what it has
// used.

import type { Table } from "./environment.js";
import { KIND_KEY } from "./identity.js";

/** Writes a record once more as it is, which frees a few pages. */
export function beginFreeList(local: Table): void {
  local.transactionSync(() => {
    const kind = local.get(KIND_KEY);
    if (kind !== undefined) local.putSync(KIND_KEY, kind);
  });
}
