// Files that are looked at sooner than a thread starts.

import { stat } from "node:fs/promises";

/** As it is on disk. */
const SMALL_BYTES = 256 * 1024;

export const isSmall = (bytes: number): boolean => bytes <= SMALL_BYTES;

/** Whether it is a file, and small. */
export async function isSmallFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && isSmall(found.size);
}
