// An entry on its way in: its key and its value as they are stored.

import { randomUUID } from "node:crypto";
import { FlowgError } from "../../platform/errors.js";
import { checkName } from "../names.js";
import { entryKey } from "../records.js";
import { checkValueSize } from "../values.js";
import { type Fields, WrittenFields, writeFields } from "./written-fields.js";

export interface NewEntry {
  stream: string;
  fields: Fields | WrittenFields;
  /** A random UUID; one is made unless given. See {@link orderedIds}. */
  id?: string | undefined;
}

/** Random UUIDs in ascending order: entries of one millisecond that get them keep their order. */
export const orderedIds = (count: number): string[] =>
  Array.from({ length: count }, () => randomUUID() as string).sort();

export interface PreparedEntry {
  stream: string;
  id: string;
  /** The fields as the caller gave them. */
  given: Fields | WrittenFields;
  /** The fields as they are in the record. */
  readonly fields: Fields;
  ms: number;
  /** The time as it is in the record: RFC 3339. */
  timestamp: string;
  key: Buffer;
  value: Buffer;
  /** The fields that can be listed. */
  fieldNames: string[];
}

/** RFC 3339 has no later one. */
const YEAR_10000 = Date.UTC(10_000, 0);

/** @throws INPUT_INVALID */
export function prepareEntry(
  { stream, fields: given, id = randomUUID() }: NewEntry,
  ms: number,
): PreparedEntry {
  if (!Number.isSafeInteger(ms) || ms < 0 || ms >= YEAR_10000) {
    throw new FlowgError("INPUT_INVALID", `${ms} isn't a time of an entry`, {
      hint: "give milliseconds since 1970",
    });
  }
  const timestamp = formatTimestamp(ms);
  const key = entryKey(checkName("stream", stream), ms, id);
  if (given instanceof WrittenFields) {
    const value = Buffer.concat([headOf(timestamp), given.json, CLOSING_BRACE]);
    return {
      stream,
      id,
      given,
      ms,
      timestamp,
      key,
      value: checkValueSize("entry", value),
      fieldNames: given.names,
      get fields() {
        return given.parsed;
      },
    };
  }
  const { json, names, fields } = writeFields(given);
  const value = checkValueSize(
    "entry",
    Buffer.from(`{"timestamp":"${timestamp}","fields":${json}}`),
  );
  return { stream, id, given, fields, ms, timestamp, key, value, fieldNames: names };
}

const CLOSING_BRACE = Buffer.from("}");

/** The JSON of an entry's fields, a part of its value. */
export const fieldsOf = ({ timestamp, value }: PreparedEntry): Uint8Array =>
  value.subarray(headOf(timestamp).length, -CLOSING_BRACE.length);

let head = { timestamp: "", bytes: CLOSING_BRACE };

function headOf(timestamp: string): Buffer {
  // thousands of entries come in one millisecond
  if (head.timestamp !== timestamp)
    head = { timestamp, bytes: Buffer.from(`{"timestamp":"${timestamp}","fields":`) };
  return head.bytes;
}

let formatted = { ms: 0, text: "1970-01-01T00:00:00Z" };

/** RFC 3339 in UTC as Go writes it (RFC3339Nano): no zeros at the end of the fraction. */
export function formatTimestamp(ms: number): string {
  // thousands of entries come in one millisecond
  if (formatted.ms !== ms)
    formatted = { ms, text: new Date(ms).toISOString().replace(/\.?0+Z$/, "Z") };
  return formatted.text;
}
