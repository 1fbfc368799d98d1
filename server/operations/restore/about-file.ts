// Adds a file's name to an error.

import { FlowgError } from "../../platform/errors.js";

/** Adds the name of the file, and the outcome, to an error about it. */
export function aboutFile(error: unknown, path: string, outcome = ""): unknown {
  if (!(error instanceof FlowgError) || error.code === "CANCELLED") return error;
  const { code, hint, details } = error;
  const message = error.message.includes(path) ? error.message : `${path}: ${error.message}`;
  return new FlowgError(code, `${message}${outcome}`, { hint, details, cause: error });
}
