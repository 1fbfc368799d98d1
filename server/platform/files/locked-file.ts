// Makes files that their maker holds a lock on from the first moment. So others can tell that they aren't left behind.

import { type FileHandle, open } from "node:fs/promises";
import { tryLock } from "./file-lock.js";

/**
 * Creates a file, 0600, and locks it where locks exist. Closing it releases the lock.
 * @returns undefined if a sweep took it for left behind just then: give another name
 * @throws NodeJS.ErrnoException
 */
export async function createLocked(path: string): Promise<FileHandle | undefined> {
  const handle = await open(path, "wx", 0o600);
  try {
    // a sweep holds the lock while it removes a file
    if (tryLock(handle.fd) !== "held" && (await handle.stat()).nlink > 0) return handle;
  } catch (cause) {
    await handle.close();
    throw cause;
  }
  await handle.close();
  return undefined;
}
