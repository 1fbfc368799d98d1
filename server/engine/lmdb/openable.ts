// Does what LMDB is about to do to open a database, just before it, in the same turn. Where LMDB fails at that, lmdb-js 3.5
// ends the process; here it is an error. So a failing disk, or a process without free descriptors, costs a server only what it
// was about to do. A compact copy, for example, must be opened in the server's own process, because the database moves to it. A
// child process couldn't find this out, because its open files are its own. A fault that comes only once, at LMDB's own
// attempt, still ends the process, and so does a map without room.

import { openSync } from "node:fs";
import { join } from "node:path";
import { closeFile } from "../../platform/files/close-file.js";
import { DATA_FILE } from "./data-file.js";
import { readMetas } from "./tree/meta-pages.js";

/**
 * How many files LMDB opens: the lock file, the data file, the data file for meta pages; and one that another thread may open
 * just then.
 */
const FILES = 4;

/**
 * Opens the data file as often as LMDB opens files, and reads what LMDB reads first. It doesn't open the lock file, because
 * closing it ends LMDB's locks on it.
 * @throws NodeJS.ErrnoException
 */
export function demandOpenable(dir: string, { readOnly }: { readOnly: boolean }): void {
  const path = join(dir, DATA_FILE);
  const files: number[] = [];
  try {
    while (files.length < FILES) files.push(openSync(path, readOnly ? "r" : "r+"));
    readMetas(files[0] as number);
  } finally {
    for (const file of files) closeFile(file);
  }
}
