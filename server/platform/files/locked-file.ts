// A file whose maker holds a lock on it, from its first moment: others can tell that it isn't left behind.

import { type FileHandle, open } from "node:fs/promises";
import { tryLock } from "./file-lock.js";

/**
 * Creates a file, 0600, and locks it, where that can be done. The lock is given up when it is closed.
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
