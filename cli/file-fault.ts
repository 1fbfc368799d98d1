// What the file system says of a file that a person named, as an error that a person can act on.

import { isDiskFull } from "../server/platform/errors.js";
import { hintFor, reasonOf } from "../server/platform/files/file-error.js";
import { CliError } from "./failure.js";

/** @param doing what was tried: `"read"` */
export function fileFault(error: unknown, doing: string, path: string): CliError {
  return new CliError(
    isDiskFull(error) ? "DISK_FULL" : "FILE_UNAVAILABLE",
    `cannot ${doing} ${path}: ${reasonOf(error)}`,
    hintFor(error),
  );
}
