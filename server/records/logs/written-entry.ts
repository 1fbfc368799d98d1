// An entry as it was stored, in JSON. A large entry stays JSON all its way to a client.

import { decodeValue, type EntryRecord } from "../records.js";
import { FieldsInJson, LARGE_VALUE_BYTES } from "./fields-in-json.js";
import type { Filter } from "./filter.js";
import type { Fields } from "./written-fields.js";

export class WrittenEntry {
  #fields: FieldsInJson | undefined;

  /** @param json an entry's value; its bytes must not change */
  constructor(readonly json: Buffer) {}

  passes(filter: Filter): boolean {
    this.#fields ??= FieldsInJson.ofEntry(this.json);
    return this.#fields.passes(filter);
  }
}

export const isLarge = (value: Uint8Array): boolean => value.byteLength > LARGE_VALUE_BYTES;

export const entryOf = (found: EntryRecord | WrittenEntry): EntryRecord =>
  found instanceof WrittenEntry ? decodeValue<EntryRecord>(found.json) : found;

/** The named fields of an entry's value; for a small value perhaps further ones. */
export const someFields = (value: Uint8Array, names: Iterable<string>): Fields =>
  isLarge(value) ? FieldsInJson.ofEntry(value).only(names) : decodeValue<EntryRecord>(value).fields;
