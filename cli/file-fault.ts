// What the file system says of a file that a person named, as an error that a person can act on.

import { CliError } from "./failure.js";

const REASONS: Readonly<Record<string, [reason: string, hint: string]>> = {
  ENOENT: ["there is no such file or directory", "check the path"],
  EACCES: ["permission denied", "check its permissions, or run as its owner"],
  EISDIR: ["it is a directory", "give a file in it"],
  ENOTDIR: ["a part of the path is not a directory", "check the path"],
  EROFS: ["the file system is read-only", "give a directory on another one"],
  ENOSPC: ["there is no space left", "free some"],
  EDQUOT: ["your quota of space is used up", "free some"],
  EFBIG: ["a file may not grow so large", "see `ulimit -f`"],
};
const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Whether there was no room to write. */
export const isDiskFull = (error: unknown): boolean =>
  FULL.has((error as NodeJS.ErrnoException).code ?? "");

/** @param doing what was tried: `"read"` */
export function fileFault(error: unknown, doing: string, path: string): CliError {
  const { code, message } = error as NodeJS.ErrnoException;
  const [reason, hint] = REASONS[code ?? ""] ?? [message, undefined];
  return new CliError(
    isDiskFull(error) ? "DISK_FULL" : "FILE_UNAVAILABLE",
    `cannot ${doing} ${path}: ${reason}`,
    hint,
  );
}
