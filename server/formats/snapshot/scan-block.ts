// Summarizes a plain raw block of logs quickly, by the scanner.

import type { StoredRecord } from "../../records/records.js";
import { BadgerFault } from "../badger-fault.js";
import { BlockScanner, type RecordTable, type ScannedBlock } from "../block-scan/scanner.js";
import {
  type BlockSummary,
  checkRecord,
  entryMs,
  OWN_PAGES_BYTES,
  openRun,
  type Run,
  UnknownKindFault,
} from "./walk-block.js";

/** The most records that the scan may leave to the rules. Judging more here takes longer than handing the block to the thread. */
const MOST_UNSURE = { records: 256, bytes: 1 << 16 };

/**
 * Scans a raw block of logs.
 * @param checkRecords whether each record must be one that a restore lets in
 * @returns undefined if the block is unusual, or anything is wrong with it; walking it finds the first fault
 */
export function scanBlock(block: Uint8Array, checkRecords: boolean): BlockSummary | undefined {
  const scanned = BlockScanner.get().scan(block, { check: checkRecords });
  return scanned && judgeScan(scanned, block);
}

/**
 * Judges a block that has been scanned.
 * @returns undefined if the block is unusual, or anything is wrong with it
 */
export function judgeScan(scanned: ScannedBlock, block: Uint8Array): BlockSummary | undefined {
  return isMuchUnsure(scanned) ? undefined : summaryOf(scanned, block);
}

function isMuchUnsure({ records, unsure }: ScannedBlock): boolean {
  if (unsure.length > MOST_UNSURE.records) return true;
  let bytes = 0;
  for (const number of unsure)
    bytes += (records[4 * number + 3] as number) - (records[4 * number + 2] as number);
  return bytes > MOST_UNSURE.bytes;
}

function summaryOf(
  { records, runs: scannedRuns, unsure }: ScannedBlock,
  block: Uint8Array,
): BlockSummary | undefined {
  const part = (at: number) => block.slice(records[at], records[at + 1]);
  const runs: Run[] = [];
  const streams: StoredRecord[] = [];
  try {
    for (const { first, records: count, scopeBytes, bytes } of scannedRuns) {
      const [keyStart, keyEnd] = [records[4 * first] as number, records[4 * first + 1] as number];
      const run = openRun("logs", block, { keyStart, keyEnd, scopeLength: scopeBytes });
      const last = first + count - 1;
      if (run.stream !== undefined)
        run.newest = entryMs(block, (records[4 * last] as number) + scopeBytes);
      runs.push({ ...run, records: count, bytes });
      if (run.kind !== "stream") continue;
      for (let at = 4 * first; at <= 4 * last; at += 4)
        streams.push({ key: part(at), value: part(at + 2) });
    }
    for (const number of unsure)
      checkRecord("logs", { key: part(4 * number), value: part(4 * number + 2) });
  } catch (error) {
    if (!(error instanceof BadgerFault || error instanceof UnknownKindFault)) throw error;
    return undefined;
  }
  if (runs.length === 0) return undefined;
  const lastKey = part(records.length - 4);
  const firstKey = part(0);
  return {
    records: records.length / 4,
    firstKey,
    lastKey,
    runs,
    large: largeOf(records),
    streams,
  };
}

/** The only loop over all records. It stands alone, since V8 compiles a function with such a loop anew, all of it. */
function largeOf(records: RecordTable): number[] {
  const large: number[] = [];
  for (let at = 0; at < records.length; at += 4) {
    const bytes = (records[at + 3] as number) - (records[at] as number);
    if (bytes > OWN_PAGES_BYTES) large.push(bytes);
  }
  return large;
}
