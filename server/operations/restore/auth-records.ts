// Gathers the records of an auth snapshot in memory.

import { eachRecord } from "../../formats/snapshot/badger.js";

/** Adds the records of a raw block. */
export function addAuthRecords(records: Map<string, Buffer>, raw: Uint8Array): void {
  const block = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  eachRecord(raw, (keyStart, keyEnd, valueStart, valueEnd) => {
    const value = Buffer.from(block.subarray(valueStart, valueEnd));
    records.set(block.toString("latin1", keyStart, keyEnd), value);
  });
}
