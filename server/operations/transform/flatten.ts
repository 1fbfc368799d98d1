// Turns a JSON value, such as the result of a script, into a log's fields. It joins the names and indexes of nested values by
// dots, and writes each value as FlowG does.

import { FlowgError } from "../../platform/errors.js";
import { FieldsTooLarge, NestedFields } from "../../records/logs/nested-fields.js";
import type { Fields } from "../../records/logs/written-fields.js";

const DEEPEST = 100;

/**
 * A value that isn't an object has no fields.
 * @throws INPUT_INVALID
 */
export function flatten(event: unknown, what = "what the script leaves"): Fields {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return {};
  const fields = new NestedFields();
  try {
    add(event, "", fields);
  } catch (error) {
    if (error instanceof FieldsTooLarge)
      throw new FlowgError("INPUT_INVALID", `${what} ${error.message}`);
    throw error;
  }
  return Object.fromEntries(fields.pairs);
}

/**
 * The logs of a script's result. An array is several logs, as in later FlowGs: one for each element, of which one that isn't an
 * object has the field `value`.
 * @throws INPUT_INVALID
 */
export function logsIn(result: unknown): Fields[] {
  if (!Array.isArray(result)) return [flatten(result)];
  return result.map((element: unknown) => {
    if (typeof element !== "object" || element === null) return { value: textOf(element) };
    return flatten(Array.isArray(element) ? { ...element } : element);
  });
}

function add(value: object, prefix: string, fields: NestedFields, depth = 0): void {
  if (depth > DEEPEST) throw new FieldsTooLarge(`nests deeper than ${DEEPEST}`);
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix + key;
    if (typeof inner === "object" && inner !== null) add(inner, `${name}.`, fields, depth + 1);
    else fields.add(name, textOf(inner));
  }
}

function textOf(value: unknown): string {
  if (value === null) return "";
  return typeof value === "number" ? plainNumber(value) : String(value);
}

/** Writes a number without an exponent, as Rust does. */
function plainNumber(value: number): string {
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  const [, sign = "", whole = "", fraction = "", exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}
