// Keeps others from writing to a database that is read page by page: the result would be a mix of two states.

import { openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { closeFile } from "../../../platform/files/close-file.js";
import { DATA_FILE } from "../data-file.js";
import { demandUnused } from "../occupation.js";

/**
 * Locks the file without writing to it. A file that can't be locked is read all the same.
 * @throws DATABASE_UNAVAILABLE if a process of ours has the database open
 */
export function keepOthersOut(path: string): Disposable | undefined {
  // a copy of a data file has no users
  if (basename(path) !== DATA_FILE) return undefined;
  const fd = openSync(path, "r");
  try {
    demandUnused(fd, dirname(path));
    return { [Symbol.dispose]: () => closeFile(fd) };
  } catch (error) {
    closeFile(fd);
    throw error;
  }
}
