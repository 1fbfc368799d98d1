// Turns what goes wrong with a repository's directory into an error of its place.

import { FlowgError, isDiskFull, systemCode } from "../../../platform/errors.js";
import { hintFor, reasonOf } from "../../../platform/files/file-error.js";
import { TransientFault } from "../object-store.js";

const NOT_PERMITTED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);
/** Codes of shares that are busy or away for a while, and of a process that has too many files open. */
const PASSING: ReadonlySet<string> = new Set(
  "EAGAIN EBUSY EHOSTDOWN EINTR EIO EMFILE ENETDOWN ENFILE ENOTCONN ESTALE ETIMEDOUT".split(" "),
);

/** @param doing a verb, such as `"write"` */
export function directoryFault(error: unknown, doing: string, path: string): FlowgError {
  if (error instanceof FlowgError && error.code !== "FILE_UNAVAILABLE") return error;
  // our errors about files have the system's error as their cause
  const cause = error instanceof FlowgError && error.cause !== undefined ? error.cause : error;
  if (isDiskFull(cause)) {
    return new FlowgError("DISK_FULL", `no space left to ${doing} ${path}`, {
      cause,
      hint: "free some space there: objects that are whole stay as they are",
    });
  }
  const code = systemCode(cause) ?? "";
  const message =
    error instanceof FlowgError ? error.message : `cannot ${doing} ${path}: ${reasonOf(cause)}`;
  const hint = hintFor(cause) ?? (error instanceof FlowgError ? error.hint : undefined);
  if (PASSING.has(code)) return new TransientFault(message, { cause, hint });
  const kind = NOT_PERMITTED.has(code) ? "PERMISSION_DENIED" : "REPOSITORY_UNAVAILABLE";
  return new FlowgError(kind, message, { cause, hint });
}
