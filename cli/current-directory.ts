// The directory that relative paths begin from.

import { CliError } from "./failure.js";

/**
 * A directory that was removed stays the current one of programs in it, but Node starts no thread there, and nobody can
 * say where a relative path would lead.
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
