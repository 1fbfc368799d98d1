// From the bytes of a JSON body to what they say. The same on the main thread, for small ones, and in a thread of its own.

import { parseWellFormed } from "../records/well-formed-json.js";

/** Most values in one, members and elements of all depths: each is looked at, and millions of them would stall all. */
const JSON_VALUES = 10_000;

export type JsonText =
  | { value: unknown }
  /** Why it is none. */
  | { problem: "too-many-values" | "not-json"; message: string };

export function parseJsonText(bytes: Uint8Array): JsonText {
  if (!hasFewValues(bytes)) {
    const message = `the body holds more than ${JSON_VALUES} values`;
    return { problem: "too-many-values", message };
  }
  try {
    return { value: parseWellFormed(new TextDecoder().decode(bytes)) };
  } catch (error) {
    return { problem: "not-json", message: (error as Error).message };
  }
}

/** Before anything is made of it. */
function hasFewValues(bytes: Uint8Array): boolean {
  if (bytes.length <= JSON_VALUES) return true;
  let values = 1;
  let isInText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isInText = !isInText;
    else if (isInText) {
      if (byte === BACKSLASH) at++;
    } else if (byte === COMMA || byte === OPENING_BRACE || byte === OPENING_BRACKET) values++;
  }
  return values <= JSON_VALUES;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
