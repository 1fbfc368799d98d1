// The records of an auth database and of an auth snapshot, in memory: they are few, and who may do what is a
// question about all of them at once.

import type { RestoreMode } from "../reports.js";
import { eachRecord } from "../snapshot/badger.js";
import type { Instant } from "../storage/tables.js";

/** The records of an auth database, by the bytes of their keys as latin-1. */
export type AuthRecords = ReadonlyMap<string, Buffer>;

/** The records as a restore would leave them. */
export function restoredRecords(
  before: AuthRecords,
  snapshot: AuthRecords,
  mode: RestoreMode,
): AuthRecords {
  return mode === "replace" ? snapshot : new Map([...before, ...snapshot]);
}

/** What the write transaction at hand sees. */
export function recordsNow({ records }: Pick<Instant, "records">): AuthRecords {
  const found = new Map<string, Buffer>();
  // what is damaged says nothing, and a restore may be what mends it
  for (const { key, value, isWhole } of records.findRange())
    if (isWhole) found.set(key.toString("latin1"), Buffer.from(value));
  return found;
}

/** Adds those of a raw block of an auth snapshot. */
export function addAuthRecords(records: Map<string, Buffer>, raw: Uint8Array): void {
  const block = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  eachRecord(raw, (keyStart, keyEnd, valueStart, valueEnd) => {
    const value = Buffer.from(block.subarray(valueStart, valueEnd));
    records.set(block.toString("latin1", keyStart, keyEnd), value);
  });
}
