// Makes a change in a process that has no other work meanwhile, such as a command for accounts. The change is made at once, and
// demands free space first: where LMDB can't write a page of such a transaction, lmdb-js 3.5 can end the process, and LMDB
// writes its own words to stderr.

import { hasSpaceNow } from "../../platform/files/free-space.js";
import type { Changes } from "../../storage/database.js";
import type { Environment } from "./environment.js";
import { diskFull } from "./lmdb-error.js";
import { transactNow } from "./transact.js";

/** More than the pages that a change of one account takes, for the record, its derived data and the free list. */
const CHANGE_BYTES = 128 * 1024;

/** @throws DISK_FULL, DATABASE_UNAVAILABLE, and what `action` throws; nothing is changed then */
export async function changeAlone<T>(
  environment: Environment,
  action: (changes: Changes) => T,
): Promise<T> {
  if (!hasSpaceNow(environment.dir, CHANGE_BYTES)) throw diskFull(undefined, environment);
  return await transactNow(environment, action);
}
