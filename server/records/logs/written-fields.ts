// A log's fields as its record will hold them: well-formed JSON with sorted names. It depends on neither stream nor time, so a
// thread writes it for a large log, and sends bytes.

import { FlowgError } from "../../platform/errors.js";
import { isKeyableField } from "../names.js";
import { FieldsInJson } from "./fields-in-json.js";
import type { Filter } from "./filter.js";

export type Fields = Readonly<Record<string, string>>;

/** The fields of a log, as their JSON. */
export class WrittenFields {
  #parsed: Fields | undefined;
  #some: FieldsInJson | undefined;

  constructor(
    readonly json: Uint8Array,
    /** The fields that can be listed. */
    readonly names: string[],
  ) {}

  passes(filter: Filter): boolean {
    this.#some ??= new FieldsInJson(
      Buffer.from(this.json.buffer, this.json.byteOffset, this.json.byteLength),
    );
    return this.#some.passes(filter);
  }

  /** The parsed fields. Parsing takes long. */
  get parsed(): Fields {
    this.#parsed ??= JSON.parse(new TextDecoder().decode(this.json)) as Fields;
    return this.#parsed;
  }
}

/**
 * @returns their JSON, the names that can be listed, and the fields that the JSON holds
 * @throws INPUT_INVALID
 */
export function writeFields(given: Fields): { json: string; names: string[]; fields: Fields } {
  let fields = given;
  let names = Object.keys(fields).sort();
  let json = fieldsJson(fields, names);
  // JSON.stringify writes half a pair of surrogates like this, and nearly nothing else
  if (json.includes("\\ud")) {
    fields = wellFormed(given);
    names = Object.keys(fields).sort();
    json = fieldsJson(fields, names);
  }
  return { json, names: names.filter(isKeyableField), fields };
}

/** Replaces half a pair of surrogates, which has no UTF-8 form, by U+FFFD, as FlowG does. */
function wellFormed(fields: Fields): Fields {
  const pairs = Object.entries(fields);
  if (pairs.every((pair) => pair.every((text) => text.isWellFormed()))) return fields;
  return Object.fromEntries(pairs.map((pair) => pair.map((text) => text.toWellFormed())));
}

// written by hand, because an object puts names like "10" first, and treats "__proto__" in its own way
function fieldsJson(fields: Fields, names: readonly string[]): string {
  let pairs = "";
  for (const name of names) {
    const value: unknown = fields[name];
    if (typeof value !== "string") throw notText(name);
    pairs += `${pairs === "" ? "" : ","}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return `{${pairs}}`;
}

const notText = (name: string): FlowgError =>
  new FlowgError("INPUT_INVALID", `the field ${JSON.stringify(name)} is not a text`, {
    hint: "give every field's value as a string",
  });
