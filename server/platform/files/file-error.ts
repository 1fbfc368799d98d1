// Explains faults of files in words that a person can act on.

import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { FlowgError, isDiskFull, isOutOfFiles, systemCode } from "../errors.js";

/** Turns the error of a system call on a file into one that a person can act on. */
export function fileError(cause: unknown, doing: string, path: string): FlowgError {
  if (cause instanceof FlowgError) return cause;
  if (isDiskFull(cause) && hasNoMoreFiles(path)) {
    return new FlowgError("DISK_FULL", `no more files fit on the disk to ${doing} ${path}`, {
      cause,
      hint: "its file system has no free inodes (see `df -i`): remove some files, or give another directory",
    });
  }
  if (isDiskFull(cause)) {
    return new FlowgError("DISK_FULL", `no space left to ${doing} ${path}`, {
      cause,
      hint: "free some space, or give another directory; no file was changed",
    });
  }
  return new FlowgError("FILE_UNAVAILABLE", `cannot ${doing} ${path}: ${reasonOf(cause)}`, {
    cause,
    hint: hintFor(cause),
  });
}

/** Our verbs for system calls as Node names them. */
const DOING: Readonly<Record<string, string>> = {
  stat: "look at",
  lstat: "look at",
  fstat: "look at",
  statx: "look at",
  access: "look at",
  scandir: "list",
  opendir: "list",
  unlink: "remove",
  rmdir: "remove",
  rm: "remove",
  mkdir: "make",
  mkdtemp: "make",
  fsync: "flush",
  fdatasync: "flush",
  ftruncate: "cut",
};

/**
 * Explains an error about a file that no caller has put into words. A disk that fails isn't a fault of this program.
 * @returns undefined for anything else
 */
export function untoldFileError(cause: unknown): FlowgError | undefined {
  if (!(cause instanceof Error) || !("syscall" in cause) || typeof cause.syscall !== "string")
    return undefined;
  const doing = DOING[cause.syscall] ?? cause.syscall;
  if ("path" in cause && typeof cause.path === "string") return fileError(cause, doing, cause.path);
  // Node doesn't name an open file in its errors; a connection has no such errors
  const isOfFile = systemCode(cause) === "EIO" || isDiskFull(cause) || isOutOfFiles(cause);
  return isOfFile ? fileError(cause, doing, "a file") : undefined;
}

/** The disk has no inode left for another file, however much space is free. */
function hasNoMoreFiles(path: string): boolean {
  try {
    const { files, ffree, bavail } = statfsSync(dirname(path));
    return files > 0 && ffree === 0 && bavail > 0;
  } catch {
    return false;
  }
}

/** Why a system call failed, in words: `permission denied`. */
export function reasonOf(cause: unknown): string {
  const [reason] = WORDS[systemCode(cause) ?? ""] ?? [];
  return reason ?? (cause instanceof Error ? cause.message : String(cause));
}

/** Says what to do about it. */
export const hintFor = (cause: unknown): string | undefined => WORDS[systemCode(cause) ?? ""]?.[1];

const MORE_FILES =
  "try again; if it happens again, raise the limit of open files (`ulimit -n`, or LimitNOFILE= of systemd)";

const WORDS: Readonly<Record<string, readonly [reason: string, hint?: string]>> = {
  ENOENT: ["there is no such file or directory", "check the path"],
  EACCES: ["permission denied", "check its permissions, or run as its owner"],
  EPERM: ["not permitted", "it may be immutable or append-only: see `lsattr`, and chattr(1)"],
  EROFS: ["the file system is read-only", "give a directory on another file system"],
  EISDIR: ["it is a directory", "give a file in it"],
  ENOTDIR: ["a part of the path is not a directory", "check the path"],
  EEXIST: ["there is something else of that name", "move it away, or give another name"],
  ENOSPC: ["there is no space left", "free some space"],
  EDQUOT: ["your quota of space is used up", "free some space"],
  EFBIG: ["a file may not grow so large", "see `ulimit -f`"],
  EMFILE: ["this process has too many files open", MORE_FILES],
  ENFILE: ["the system has too many files open", MORE_FILES],
};
