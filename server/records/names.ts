// The rule for names of users, roles, streams, pipelines and so on. Key segments are joined by ESC. Names hold no control
// characters, so two names never give the same key.

import { FlowgError } from "../platform/errors.js";

/** The longest name, in bytes of UTF-8. It keeps every key, also an index's, below LMDB's 1,978 bytes. */
export const NAME_MAX_BYTES = 512;
/** Longest field name that can be listed and indexed, in bytes of UTF-8. */
export const FIELD_NAME_MAX_BYTES = 1024;

// C0, DEL and C1 controls (Unicode category Cc).
const CONTROL = /\p{Cc}/u;

/** Why `name` can't be part of a key, or undefined if it can. */
export function nameProblem(name: string, maxBytes = NAME_MAX_BYTES): string | undefined {
  if (name === "") return "is empty";
  // A lone surrogate has no UTF-8 form: two such names would become the same key.
  if (!name.isWellFormed()) return "is not well-formed Unicode (it holds a lone surrogate)";
  const control = CONTROL.exec(name);
  if (control) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `holds a control character (U+${code} at position ${control.index + 1})`;
  }
  const bytes = Buffer.byteLength(name);
  if (bytes > maxBytes) return `is ${bytes} bytes long, more than the ${maxBytes} allowed`;
  return undefined;
}

/**
 * Gives `name` back if it can be used.
 * @param what what it names, for the message: `"role"`, `"stream"`
 * @throws INPUT_INVALID
 */
export function checkName(what: string, name: string): string {
  const problem = nameProblem(name);
  if (problem === undefined) return name;
  throw new FlowgError("INPUT_INVALID", `the ${what} name ${problem}`, {
    hint: `use 1 to ${NAME_MAX_BYTES} bytes of UTF-8 without control characters`,
  });
}

/** Whether a log field can be listed and indexed. Any other field is stored all the same. */
export function isKeyableField(field: string): boolean {
  // the length comes first: a name of megabytes isn't searched
  return (
    field.length <= FIELD_NAME_MAX_BYTES && nameProblem(field, FIELD_NAME_MAX_BYTES) === undefined
  );
}
