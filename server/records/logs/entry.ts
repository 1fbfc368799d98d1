// An entry on its way in: its key and its value as they are stored.

import { randomUUID } from "node:crypto";
import { FlowgError } from "../../platform/errors.js";
import { checkName, isKeyableField } from "../names.js";
import { entryKey } from "../records.js";
import { checkValueSize } from "../values.js";

export interface NewEntry {
  stream: string;
  fields: Readonly<Record<string, string>>;
}

export interface PreparedEntry extends NewEntry {
  ms: number;
  /** As it is in the record: RFC 3339. */
  timestamp: string;
  key: Buffer;
  value: Buffer;
  /** Those that can be listed. */
  fieldNames: string[];
}

/** RFC 3339 has no later one. */
const YEAR_10000 = Date.UTC(10_000, 0);

/** @throws INPUT_INVALID */
export function prepareEntry({ stream, fields: given }: NewEntry, ms: number): PreparedEntry {
  if (!Number.isSafeInteger(ms) || ms < 0 || ms >= YEAR_10000) {
    throw new FlowgError("INPUT_INVALID", `${ms} is no time of an entry`, {
      hint: "give milliseconds since 1970",
    });
  }
  const timestamp = formatTimestamp(ms);
  let fields = given;
  let names = Object.keys(fields).sort();
  let json = entryJson(timestamp, fields, names);
  // so JSON writes half a pair of surrogates, and nearly nothing else
  if (json.includes("\\ud")) {
    fields = wellFormed(given);
    names = Object.keys(fields).sort();
    json = entryJson(timestamp, fields, names);
  }
  return {
    stream,
    fields,
    ms,
    timestamp,
    key: entryKey(checkName("stream", stream), ms, randomUUID()),
    value: checkValueSize("entry", Buffer.from(json)),
    fieldNames: names.filter(isKeyableField),
  };
}

type Fields = Readonly<Record<string, string>>;

/** As in FlowG, U+FFFD takes the place of half a pair of surrogates, which has no UTF-8 form. */
function wellFormed(fields: Fields): Fields {
  const pairs = Object.entries(fields);
  if (pairs.every((pair) => pair.every((text) => text.isWellFormed()))) return fields;
  return Object.fromEntries(pairs.map((pair) => pair.map((text) => text.toWellFormed())));
}

// Written by hand: an object would put names like "10" first, and take "__proto__" for something else.
function entryJson(timestamp: string, fields: Fields, names: readonly string[]): string {
  let pairs = "";
  for (const name of names) {
    const value: unknown = fields[name];
    if (typeof value !== "string") throw notText(name);
    pairs += `${pairs === "" ? "" : ","}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return `{"timestamp":"${timestamp}","fields":{${pairs}}}`;
}

const notText = (name: string): FlowgError =>
  new FlowgError("INPUT_INVALID", `the field ${JSON.stringify(name)} is not a text`, {
    hint: "give every field's value as a string",
  });

let formatted = { ms: 0, text: "1970-01-01T00:00:00Z" };

/** RFC 3339 in UTC as Go writes it (RFC3339Nano): no zeros at the end of the fraction. */
export function formatTimestamp(ms: number): string {
  // entries come in thousands of one millisecond
  if (formatted.ms !== ms)
    formatted = { ms, text: new Date(ms).toISOString().replace(/\.?0+Z$/, "Z") };
  return formatted.text;
}
