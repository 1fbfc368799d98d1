// The records of an auth database and of an auth snapshot, in memory: they are few, and who may do what is a
// question about all of them at once.

import { setTimeout } from "node:timers/promises";
import { beginRead, lastTransactionId, readsLatest } from "../database/latest.js";
import type { Database } from "../database/open.js";
import type { RestoreMode } from "../reports.js";
import { eachRecord } from "../snapshot/badger.js";

/** The records of an auth database, by the bytes of their keys as latin-1. */
export type AuthRecords = ReadonlyMap<string, Buffer>;

const BETWEEN_LOOKS_MS = 5;

/** The records as a restore would leave them. */
export function restoredRecords(
  before: AuthRecords,
  snapshot: AuthRecords,
  mode: RestoreMode,
): AuthRecords {
  return mode === "replace" ? snapshot : new Map([...before, ...snapshot]);
}

/** What the write transaction at hand sees. */
export function recordsNow({ records }: Pick<Database, "records">): AuthRecords {
  const found = new Map<string, Buffer>();
  // what is damaged says nothing, and a restore may be what mends it
  for (const { key, value, isWhole } of records.findRange())
    if (isWhole) found.set(key.toString("latin1"), Buffer.from(value));
  return found;
}

/** What the database holds, and the number of the transaction that left it so. */
export async function readAuthRecords(
  database: Database,
): Promise<{ records: AuthRecords; transaction: number }> {
  for (;;) {
    const transaction = lastTransactionId(database);
    const reading = beginRead(database);
    try {
      const records = new Map<string, Buffer>();
      for (const { key, value, isWhole } of database.records.findRange({ transaction: reading }))
        if (isWhole) records.set(key.toString("latin1"), Buffer.from(value));
      const isLatest = readsLatest(database, reading);
      if (isLatest && lastTransactionId(database) === transaction) return { records, transaction };
    } finally {
      reading.done();
    }
    // another commit is on its way to the disk: requests are answered meanwhile
    await setTimeout(BETWEEN_LOOKS_MS);
  }
}

/** Adds those of a raw block of an auth snapshot. */
export function addAuthRecords(records: Map<string, Buffer>, raw: Uint8Array): void {
  const block = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  eachRecord(raw, (keyStart, keyEnd, valueStart, valueEnd) => {
    const value = Buffer.from(block.subarray(valueStart, valueEnd));
    records.set(block.toString("latin1", keyStart, keyEnd), value);
  });
}
