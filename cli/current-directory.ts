// Checks the current directory.

import { CliError } from "./failure.js";

/**
 * Refuses a current directory that was removed. Node can't start threads there, and relative paths would lead nowhere.
 * @throws FILE_UNAVAILABLE
 */
export function demandCurrentDirectory(): void {
  try {
    process.cwd();
  } catch {
    throw new CliError(
      "FILE_UNAVAILABLE",
      "the current directory is gone: it was removed or moved away",
      "change to one that exists, with `cd`, and run it again",
    );
  }
}
