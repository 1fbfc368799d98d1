import { closeSync } from "node:fs";

/** Closes a file that was only read, or is of no more use: what the system says of that changes nothing that was done. */
export function closeFile(file: number): void {
  try {
    closeSync(file);
  } catch {
    // it is closed all the same
  }
}
