// Limits the size of stored values. A snapshot's block holds at most 64 MiB, and a record must fit in one, with its key.

import { FlowgError } from "../platform/errors.js";

/** The limit for values sent to this server. */
const VALUE_MAX_BYTES = 60 * 1024 * 1024;
/** The limit for values from FlowG's backups, of which as much as possible is taken. */
export const IMPORTED_VALUE_MAX_BYTES = 64 * 1024 * 1024 - 4096;

/**
 * Gives the value back if it is small enough to be stored.
 * @param what names it in the message: `"script"`, `"entry"`
 * @throws INPUT_INVALID
 */
export function checkValueSize(what: string, value: Buffer): Buffer {
  if (value.length <= VALUE_MAX_BYTES) return value;
  throw new FlowgError(
    "INPUT_INVALID",
    `the ${what} takes ${value.length} bytes, more than the ${VALUE_MAX_BYTES} allowed`,
    { hint: "make it smaller, or several of it" },
  );
}
