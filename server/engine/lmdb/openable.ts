// What LMDB is about to do to open a database, done just before it, in the same turn. Where LMDB fails at that, lmdb-js 3.5 ends
// the process; here it is an error. So a disk that goes on failing, or a process that has no more files to open, costs a server
// no more than what it was about to do: a compact copy, for example, is opened in the server's own process, for the
// database moves to it. A child could find out less: what files a process has open is its own. What fails but once, just
// then, still ends the process, and so does a map that has no room.

import { openSync } from "node:fs";
import { join } from "node:path";
import { closeFile } from "../../platform/files/close-file.js";
import { DATA_FILE } from "./data-file.js";
import { readMetas } from "./tree/meta-pages.js";

/** The lock file, the data file, the same for meta pages, and one that another thread may open just then. */
const FILES = 4;

/**
 * Opens the data file as often as LMDB opens files, and reads what LMDB reads first. Not the lock file: LMDB's locks on it
 * end when its process closes it.
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
