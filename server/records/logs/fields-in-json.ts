// Reads the fields of a log from its JSON. Only the fields that are asked for are decoded: decoding all of a large log takes
// most of a second, in which the server would answer no other request.

import {
  afterBlanks,
  COLON,
  COMMA,
  closes,
  endOfText,
  opens,
  QUOTE,
  skipTo,
} from "../../platform/json-bytes.js";
import { parseWellFormed } from "../well-formed-json.js";
import { FILTER_MAX_LENGTH, type Filter, filterFields, matchesFilter } from "./filter.js";
import type { Fields } from "./written-fields.js";

/** For values larger than this, only the fields that are asked for are decoded. */
export const LARGE_VALUE_BYTES = 128 * 1024;

/** The longest name that is looked for, in bytes: indexes and filters name no field with a longer one. */
const NAME_MOST_BYTES = 512 * 1024;

interface Place {
  start: number;
  end: number;
}

export class FieldsInJson {
  /** The places of the fields' values, by name. */
  readonly #places: Map<string, Place>;

  /** @param json an object whose values are texts; its bytes must not change */
  constructor(private readonly json: Buffer) {
    this.#places = placesIn(json, { start: 0, end: json.length });
  }

  /** The fields of an entry, as its record holds them. */
  static ofEntry(value: Uint8Array): FieldsInJson {
    const json = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    const fields = placesIn(json, { start: 0, end: json.length }).get("fields");
    return new FieldsInJson(fields ? json.subarray(fields.start, fields.end) : EMPTY);
  }

  passes(filter: Filter): boolean {
    return matchesFilter(filter, this.only(filterFields(filter), COMPARED_BYTES));
  }

  /** The fields with these names, without values whose JSON takes more than `most` bytes. */
  only(names: Iterable<string>, most = Number.POSITIVE_INFINITY): Fields {
    const found: [string, string][] = [];
    for (const name of names) {
      const place = this.#places.get(name);
      if (place && place.end - place.start <= most) found.push([name, textAt(this.json, place)]);
    }
    return Object.fromEntries(found);
  }
}

/** The most bytes of a value that a filter can match: the JSON of a text takes at most six bytes for a character. */
const COMPARED_BYTES = 6 * FILTER_MAX_LENGTH + 2;

const EMPTY = Buffer.from("{}");

/** The members of the object at a place. As with JSON.parse, the last of several of one name counts. */
function placesIn(json: Buffer, { start, end }: Place): Map<string, Place> {
  const places = new Map<string, Place>();
  let at = skipTo(json, QUOTE, start);
  while (at < end && json[at] === QUOTE) {
    const name = { start: at, end: endOfText(json, at) };
    const from = afterBlanks(json, skipTo(json, COLON, name.end) + 1);
    const to = endOfValue(json, from);
    if (name.end - name.start <= NAME_MOST_BYTES)
      places.set(textAt(json, name), { start: from, end: to });
    at = afterBlanks(json, to);
    if (json[at] !== COMMA) break;
    at = afterBlanks(json, at + 1);
  }
  return places;
}

const textAt = (json: Buffer, { start, end }: Place): string =>
  parseWellFormed(json.toString("utf8", start, end)) as string;

function endOfValue(json: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; ) {
    const byte = json[at];
    if (byte === QUOTE) at = endOfText(json, at);
    else {
      const isEnd = closes(byte);
      if (depth === 0 && (isEnd || byte === COMMA)) return at;
      if (opens(byte)) depth++;
      if (isEnd) depth--;
      at++;
      if (depth > 0 || !isEnd) continue;
    }
    if (depth === 0) return at;
  }
  return json.length;
}
