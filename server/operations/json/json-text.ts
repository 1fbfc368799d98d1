// Parses the bytes of a JSON body: on the main thread if it is small, otherwise in a thread of its own.

import { COMMA, closes, endOfText, opens, QUOTE } from "../../platform/json-bytes.js";
import { parseWellFormed } from "../../records/well-formed-json.js";

/** The most values of a body, with members and elements of all depths. Checking millions of them would stall the server. */
export const JSON_VALUES = 10_000;

/** Why a text isn't JSON. */
export interface JsonProblem {
  problem: "too-many-values" | "not-json" | "not-otlp";
  message: string;
}

export type JsonText = { value: unknown } | JsonProblem;

/** @param values how many values it holds, where the caller has counted them */
export function parseJsonText(bytes: Uint8Array, values = valuesIn(bytes)): JsonText {
  if (values > JSON_VALUES) {
    const message = `the body holds more than ${JSON_VALUES} values`;
    return { problem: "too-many-values", message };
  }
  try {
    return { value: parseWellFormed(new TextDecoder().decode(bytes)) };
  } catch (error) {
    return { problem: "not-json", message: (error as Error).message };
  }
}

/** A value takes at least one byte, so a short body needs no count. */
const valuesIn = (bytes: Uint8Array): number =>
  bytes.length <= JSON_VALUES ? bytes.length : extent(bytes).values;

/**
 * Measures a text before it is parsed: how many values it holds, counted up to just over the limit, and how deep they are
 * nested.
 */
export function extent(
  bytes: Uint8Array,
  mostValues = JSON_VALUES,
): { values: number; depth: number } {
  let values = 1;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < bytes.length && values <= mostValues; ) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfText(bytes, at);
      continue;
    }
    at++;
    if (byte === COMMA) values++;
    else if (opens(byte)) {
      values++;
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (closes(byte)) depth--;
  }
  return { values, depth: deepest };
}
