// Turns ranges of keys into lmdb-js's. From the last key to the first, lmdb-js begins at the higher bound.

import type { Transaction } from "lmdb";
import type { TableRange } from "../../storage/tables.js";
import type { Table } from "./environment.js";

interface RangeOptions {
  transaction?: Transaction;
}

export function rangeOf(
  table: Table,
  range: TableRange,
  options: RangeOptions = {},
): Iterable<{ key: Buffer; value: Buffer }> {
  return table.getRange(bounds(range, options));
}

export function keysOf(
  table: Table,
  range: TableRange,
  options: RangeOptions = {},
): Iterable<Buffer> {
  return table.getKeys(bounds(range, options));
}

export function countOf(table: Table, range: TableRange, options: RangeOptions = {}): number {
  const { start, end, limit } = range;
  if (start === undefined && end === undefined && limit === undefined && !options.transaction)
    return Number((table.getStats() as { entryCount?: number }).entryCount);
  if (limit === undefined) return table.getKeysCount(bounds(range, options));
  // lmdb-js counts past a limit
  let count = 0;
  for (const _ of keysOf(table, range, options)) count++;
  return count;
}

/** Copies member by member: each look-up of a token makes one, and a spread would take longer than the look-up. */
function bounds({ start, end, reverse, limit }: TableRange, { transaction }: RangeOptions) {
  const range: LmdbRange = {};
  if (reverse) {
    range.reverse = range.exclusiveStart = range.inclusiveEnd = true;
    if (end !== undefined) range.start = end as Buffer;
    if (start !== undefined) range.end = start as Buffer;
  } else {
    if (start !== undefined) range.start = start as Buffer;
    if (end !== undefined) range.end = end as Buffer;
  }
  if (limit !== undefined) range.limit = limit;
  if (transaction !== undefined) range.transaction = transaction;
  return range;
}

type LmdbRange = NonNullable<Parameters<Table["getRange"]>[0]>;
