// Turns an error of the file system into one that tells the user what to do.

import { isDiskFull } from "../server/platform/errors.js";
import { hintFor, reasonOf } from "../server/platform/files/file-error.js";
import { CliError } from "./failure.js";

/** @param doing the verb of what was tried: `"read"` */
export function fileFault(error: unknown, doing: string, path: string): CliError {
  return new CliError(
    isDiskFull(error) ? "DISK_FULL" : "FILE_UNAVAILABLE",
    `cannot ${doing} ${path}: ${reasonOf(error)}`,
    hintFor(error),
  );
}
