// What work in the background has thrown, in words for people: for jobs, drills, tasks and changes that are stored as they come.
// A fault of this program loses its text on the way out, which may hold anything; whoever calls this logs it.

import { FlowgError, isOutOfFiles } from "./errors.js";
import { hintFor, untoldFileError } from "./files/file-error.js";

const RETRY_AFTER_SECONDS = 5;

export function knownError(error: unknown): FlowgError {
  const known = error instanceof FlowgError ? error : (untoldFileError(error) ?? unexpected(error));
  return isOutOfFiles(error) || isOutOfFiles(known.cause) ? tooManyFiles(known) : known;
}

/** Whatever it was: the next try may go well, and nothing that was looked at is at fault. */
function tooManyFiles(known: FlowgError): FlowgError {
  if (known.code === "BUSY" || known.code === "CANCELLED") return known;
  const message = known.code === "INTERNAL" ? "too many files are open" : known.message;
  return new FlowgError("BUSY", message, {
    hint: hintFor(Object.assign(new Error(), { code: "EMFILE" })),
    details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
    cause: known,
  });
}

const unexpected = (cause: unknown): FlowgError =>
  new FlowgError("INTERNAL", "an unexpected fault", {
    hint: "report it, with the server's log of that moment",
    cause,
  });
