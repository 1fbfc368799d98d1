// Turns the errors of LMDB into ones that a person can act on.

import { FlowgError, isDiskFull } from "../../platform/errors.js";
import { isNearlyFull } from "../../platform/files/free-space.js";
import type { Environment } from "./environment.js";
import { DAMAGED } from "./sound-pages.js";

/** Maps what LMDB throws while reading or writing to an error a person can act on; other errors pass. */
export function databaseError(
  cause: unknown,
  { kind, dir }: Pick<Environment, "kind" | "dir">,
): unknown {
  if (cause instanceof FlowgError) return cause;
  if (saysFailed(cause)) return failedError(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|VERSION_MISMATCH|INCOMPATIBLE)/.test(text)) {
    return new FlowgError(
      "DATABASE_INVALID",
      `the ${kind} database in ${dir} is damaged: ${text}`,
      { cause, ...DAMAGED },
    );
  }
  if (isDiskFull(cause)) return diskFull(cause, { kind, dir });
  // LMDB says "Input/output error" when a page is written only in part, as on a disk that gets full
  if (/Input\/output error/.test(text)) return failedWrite(cause, { kind, dir });
  if (/MDB_|Permission denied|Read-only/.test(text) || isFromSystem(cause)) {
    return new FlowgError("DATABASE_UNAVAILABLE", `the ${kind} database in ${dir}: ${text}`, {
      cause,
      hint: "check its disk and its permissions, and try again",
    });
  }
  return cause;
}

/** Whether an error comes from a system call, by Node (which names it) or by LMDB (whose errors have numbers). */
function isFromSystem(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return "syscall" in cause || ("code" in cause && typeof cause.code === "number");
}

export function diskFull(
  cause: unknown,
  { kind, dir }: Pick<Environment, "kind" | "dir">,
): FlowgError {
  return new FlowgError("DISK_FULL", `no space left for the ${kind} database in ${dir}`, {
    cause,
    hint: "free some space and try again; nothing was changed",
  });
}

/** The error of a failed write. The system gives the same error for any cause when a page was written only in part. */
export function failedWrite(cause: unknown, { kind, dir }: Pick<Environment, "kind" | "dir">) {
  if (isNearlyFull(dir)) return diskFull(cause, { kind, dir });
  const said = cause instanceof Error ? cause.message : String(cause);
  // LMDB's numbers of pages and buffers say nothing to a person
  const text = said.replace(/: Attempting to write page .*/, "");
  return new FlowgError(
    "DATABASE_UNAVAILABLE",
    `cannot write to the ${kind} database in ${dir}: ${text}`,
    { cause, hint: "check the disk and its free space, and try again; nothing was changed" },
  );
}

/** Whether LMDB says that only a process which opens the database anew can use it again (see database-failure.ts). */
export const saysFailed = (error: unknown): boolean =>
  error instanceof Error && (/MDB_PANIC/.test(error.message) || saysLostPlace(error));

/** Whether LMDB says that this process's place among the readers in the lock file is gone. */
export const saysLostPlace = (error: Error): boolean => /MDB_BAD_RSLOT/.test(error.message);

/** The error for a client. */
const failedError = (cause: unknown): FlowgError =>
  new FlowgError("DATABASE_UNAVAILABLE", "the disk has failed the database: the server ends", {
    cause,
    hint: "send it again once the server runs again",
  });
