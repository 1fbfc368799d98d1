// An entry on its way in: its key and its value as they are stored.

import { randomUUID } from "node:crypto";
import { checkName, isKeyableField } from "../database/names.js";
import { entryKey } from "../database/records.js";
import { checkValueSize } from "../database/values.js";
import { FlowgError } from "../errors.js";

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
  const wrong = Object.keys(given).find((name) => typeof given[name] !== "string");
  if (wrong !== undefined) {
    throw new FlowgError("INPUT_INVALID", `the field ${JSON.stringify(wrong)} is not a text`, {
      hint: "give every field's value as a string",
    });
  }
  const fields = wellFormed(given);
  const timestamp = formatTimestamp(ms);
  return {
    stream,
    fields,
    ms,
    timestamp,
    key: entryKey(checkName("stream", stream), ms, randomUUID()),
    value: checkValueSize("entry", Buffer.from(entryJson(timestamp, fields))),
    fieldNames: Object.keys(fields).filter(isKeyableField),
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
function entryJson(timestamp: string, fields: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(fields)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(fields[name])}`);
  return `{"timestamp":"${timestamp}","fields":{${pairs.join(",")}}}`;
}

/** RFC 3339 in UTC as Go writes it (RFC3339Nano): no zeros at the end of the fraction. */
export function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, "Z");
}
