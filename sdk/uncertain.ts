// Tells of a call that was sent whole and had no answer: the server may well have gone on.

import { AbortError, ConnectionError, TimeoutError } from "./errors.js";

/** @param hint says how to find out */
export function uncertain(error: unknown, hint: string): unknown {
  const facts = { hint, cause: error };
  if (error instanceof ConnectionError) return new ConnectionError(error.message, facts);
  if (error instanceof TimeoutError) return new TimeoutError(error.message, facts);
  // its cause is the caller's reason
  return error instanceof AbortError ? new AbortError({ hint, cause: error.cause }) : error;
}
