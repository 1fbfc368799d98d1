import { closeSync } from "node:fs";

/** Closes a file that was only read, or is no longer used. An error of closing it would change nothing that was done. */
export function closeFile(file: number): void {
  try {
    closeSync(file);
  } catch {
    // the file is closed all the same
  }
}
