// What goes wrong with a file, in words that a person can act on.

import { FlowgError, isDiskFull, systemCode } from "../errors.js";

/** What a system call on a file says, as an error that a person can act on. */
export function fileError(cause: unknown, doing: string, path: string): FlowgError {
  if (cause instanceof FlowgError) return cause;
  if (isDiskFull(cause)) {
    return new FlowgError("DISK_FULL", `no space left to ${doing} ${path}`, {
      cause,
      hint: "free some space, or give another directory; no file was changed",
    });
  }
  return new FlowgError("FILE_UNAVAILABLE", `cannot ${doing} ${path}: ${reasonOf(cause)}`, {
    cause,
    hint: HINTS[systemCode(cause) ?? ""],
  });
}

/** Why a system call failed, in words: `permission denied`. */
export function reasonOf(cause: unknown): string {
  const code = systemCode(cause) ?? "";
  return REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
}

const REASONS: Record<string, string> = {
  ENOENT: "there is no such file or directory",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
};

const HINTS: Record<string, string> = {
  ENOENT: "check the path",
  EACCES: "check its permissions, or run as its owner",
  EROFS: "give a directory on another file system",
};
