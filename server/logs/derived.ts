// What is derived from log records: the value index, and each stream's totals.
//
//     index␛STREAM␛FIELD␛ VALUE MS UUID      empty value; one per entry that has the indexed field
//     total␛STREAM                           {"entries":n,"bytes":n}; absent without entries
//
// VALUE is one byte of length (0 to 64) and the value's UTF-8, or 0xFF and the SHA-256 of a longer one, so that
// no value makes a key too long. MS is u64 big-endian and UUID 16 bytes: one value's entries lie in order of time.
// Two values may share a key's VALUE (lone surrogates), so a query tests the entry again.

import { createHash } from "node:crypto";
import { type KeyRange, key } from "../database/keys.js";
import { isKeyableField } from "../database/names.js";
import { MOMENT_BYTES, writeMoment, writeMs } from "./entry-key.js";

/** Longest value that stands in an index key as it is, in bytes of UTF-8. */
export const INDEXED_VALUE_BYTES = 64;
const HASHED = 0xff;
const SHA256_BYTES = 32;

/** One indexed field of a stream, with the bytes that its index keys begin with. */
export interface FieldIndex {
  field: string;
  prefix: Buffer;
}

/** The indexes of a stream. Fields that can't be part of a key have none; a field named twice has one. */
export function fieldIndexes(stream: string, indexedFields: readonly string[]): FieldIndex[] {
  return [...new Set(indexedFields)]
    .filter(isKeyableField)
    .map((field) => ({ field, prefix: indexPrefix(stream, field) }));
}

/** `index␛STREAM␛FIELD␛` */
export function indexPrefix(stream: string, field: string): Buffer {
  return key("index", stream, field, "");
}

/**
 * The index keys of one entry: the fast form, for many entries of one stream.
 * @param entryKey the entry's key, as it stands in the records
 */
export function indexKeys(
  indexes: readonly FieldIndex[],
  entryKey: Uint8Array,
  fields: Readonly<Record<string, unknown>>,
): Buffer[] {
  const keys: Buffer[] = [];
  for (const index of indexes) {
    if (!Object.hasOwn(fields, index.field)) continue;
    const value = fields[index.field];
    if (typeof value === "string") keys.push(indexKey(index, entryKey, Buffer.from(value)));
  }
  return keys;
}

/**
 * The key of one entry in one index.
 * @param value the field's value, in UTF-8
 */
export function indexKey({ prefix }: FieldIndex, entryKey: Uint8Array, value: Buffer): Buffer {
  const bytes = startKey(prefix, value, MOMENT_BYTES);
  writeMoment(entryKey, bytes, bytes.length - MOMENT_BYTES);
  return bytes;
}

/** The index keys of one entry of `stream`. */
export function indexKeysOf(
  stream: string,
  entryKey: Uint8Array,
  {
    fields,
    indexedFields,
  }: { fields: Readonly<Record<string, unknown>>; indexedFields: readonly string[] },
): Buffer[] {
  return indexKeys(fieldIndexes(stream, indexedFields), entryKey, fields);
}

/** The part of an index that holds one value's entries with `fromMs ≤ time < toMs`. */
export function indexRange(
  { prefix }: FieldIndex,
  value: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): KeyRange {
  const start = startKey(prefix, Buffer.from(value), 8);
  const end = Buffer.from(start);
  writeMs(fromMs, start, start.length - 8);
  writeMs(toMs, end, end.length - 8);
  return { start, end };
}

/** What a stream's entries amount to. `bytes` counts their keys and values. */
export interface StreamTotal {
  entries: number;
  bytes: number;
}

export const totalKey = (stream: string): Buffer => key("total", stream);

export const encodeTotal = ({ entries, bytes }: StreamTotal): Buffer =>
  Buffer.from(`{"entries":${entries},"bytes":${bytes}}`);

/** Prefix and value, with `room` bytes left at the end. */
function startKey(prefix: Buffer, value: Buffer, room: number): Buffer {
  const isShort = value.length <= INDEXED_VALUE_BYTES;
  const at = prefix.length + 1;
  const bytes = Buffer.allocUnsafe(at + (isShort ? value.length : SHA256_BYTES) + room);
  prefix.copy(bytes);
  bytes[prefix.length] = isShort ? value.length : HASHED;
  const part = isShort ? value : createHash("sha256").update(value).digest();
  part.copy(bytes, at);
  return bytes;
}
