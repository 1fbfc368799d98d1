// A change by a process in which nobody else has anything to do, as a command's that works on accounts. It is made at once,
// and asks for room first: where LMDB can't write a page of such a transaction, lmdb-js 3.5 can end the process, and LMDB says so
// on stderr in words of its own.

import { hasSpaceNow } from "../../platform/files/free-space.js";
import type { Changes } from "../../storage/database.js";
import type { Environment } from "./environment.js";
import { diskFull } from "./lmdb-error.js";
import { transactNow } from "./transact.js";

/** More than the pages of a change of one account: those of the record, of what is derived from it, and of the free list. */
const CHANGE_BYTES = 128 * 1024;

/** @throws DISK_FULL, DATABASE_UNAVAILABLE, and what `action` throws: then nothing is changed */
export async function changeAlone<T>(
  environment: Environment,
  action: (changes: Changes) => T,
): Promise<T> {
  if (!hasSpaceNow(environment.dir, CHANGE_BYTES)) throw diskFull(undefined, environment);
  return await transactNow(environment, action);
}
