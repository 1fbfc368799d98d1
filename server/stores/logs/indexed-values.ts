// Finds the values in an index. It jumps from list to list, and reads none of the lists.

import { entryKeyOfMoment, MOMENT_BYTES } from "../../records/logs/entry-key.js";
import { type FieldIndex, valueOfHead } from "../../records/logs/log-index.js";
import { decodeValue, type EntryRecord } from "../../records/records.js";
import type { Instant } from "../../storage/tables.js";

export interface ValueWalk {
  stream: string;
  index: FieldIndex;
  /** The key to go on from. */
  from: Buffer | undefined;
  limit: number;
}

/** @returns the values, and the key to go on from where there are more */
export function indexedValues(
  { derived, records }: Instant,
  { stream, index, from, limit }: ValueWalk,
): { values: string[]; next: Buffer | undefined } {
  const values: string[] = [];
  const end = Buffer.concat([index.prefix, LAST]);
  let start = from ?? index.prefix;
  while (values.length < limit) {
    const [key] = derived.keys({ start, end, limit: 1 });
    if (key === undefined) return { values, next: undefined };
    const head = key.subarray(0, key.length - MOMENT_BYTES);
    let value = valueOfHead(index, head);
    if (value === undefined) {
      // the head has only a hash of a long value, and an entry has the value itself
      const entry = records.get(entryKeyOfMoment(stream, key.subarray(-MOMENT_BYTES)));
      value = entry && decodeValue<EntryRecord>(entry).fields[index.field];
    }
    if (value !== undefined) values.push(value);
    start = Buffer.concat([head, LAST]);
  }
  return { values, next: start };
}

/** A key after all moments of a list, and after all lists of an index. */
const LAST = Buffer.alloc(MOMENT_BYTES + 1, 0xff);
