// The data derived from log records: the value index, and each stream's totals.
//
//     index␛STREAM␛FIELD␛ VALUE …           a piece of a posting list: see `postings`
//     total␛STREAM                           {"entries":n,"bytes":n}; absent without entries
//
// VALUE is one byte of length (0 to 64) and the value's UTF-8, or 0xFF and the SHA-256 of a longer one, so that
// no value makes a key too long. Two values may share their VALUE (lone surrogates), so a query tests the entry again.

import { createHash } from "node:crypto";
import { key } from "../keys.js";
import { isKeyableField } from "../names.js";

/** The longest value that a head holds itself, in bytes of UTF-8. */
const INDEXED_VALUE_BYTES = 64;
const HASHED = 0xff;

/** One indexed field of a stream, with the bytes that its heads begin with. */
export interface FieldIndex {
  field: string;
  prefix: Buffer;
}

/** The indexes of a stream. A field that can't be part of a key has none, a field named twice has one. */
export function fieldIndexes(stream: string, indexedFields: readonly string[]): FieldIndex[] {
  return [...new Set(indexedFields)]
    .filter(isKeyableField)
    .map((field) => ({ field, prefix: indexPrefix(stream, field) }));
}

/** `index␛STREAM␛FIELD␛` */
function indexPrefix(stream: string, field: string): Buffer {
  return key("index", stream, field, "");
}

/** The heads of the lists that an entry is in: one for each indexed field that it has. */
export function indexHeads(
  indexes: readonly FieldIndex[],
  fields: Readonly<Record<string, unknown>>,
): Buffer[] {
  const heads: Buffer[] = [];
  for (const index of indexes) {
    if (!Object.hasOwn(fields, index.field)) continue;
    const value = fields[index.field];
    if (typeof value === "string") heads.push(indexHead(index, value));
  }
  return heads;
}

/** The head of a value's list: what the keys of its pieces begin with. */
export function indexHead({ prefix }: FieldIndex, value: string): Buffer {
  const bytes = Buffer.from(value);
  const isShort = bytes.length <= INDEXED_VALUE_BYTES;
  return Buffer.concat([
    prefix,
    Buffer.of(isShort ? bytes.length : HASHED),
    isShort ? bytes : createHash("sha256").update(bytes).digest(),
  ]);
}

/** The value whose list has this head; undefined if the head has only a hash of it. */
export function valueOfHead({ prefix }: FieldIndex, head: Buffer): string | undefined {
  return head[prefix.length] === HASHED ? undefined : head.toString("utf8", prefix.length + 1);
}

/** The number and size of a stream's entries. `bytes` counts their keys and values. */
export interface StreamTotal {
  entries: number;
  bytes: number;
}

export const totalKey = (stream: string): Buffer => key("total", stream);

export const encodeTotal = ({ entries, bytes }: StreamTotal): Buffer =>
  Buffer.from(`{"entries":${entries},"bytes":${bytes}}`);
