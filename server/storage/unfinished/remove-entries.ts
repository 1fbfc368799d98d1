// Removes a stream's oldest entries, a bounded number at a time, with their postings and their share of the total.

import { keyHead } from "../../records/keys.js";
import type { Changes } from "../database.js";

/** The most entries in one transaction. It runs on the main thread, which must answer others too. */
export const BATCH_ENTRIES = 500;
export const BATCH_BYTES = 8 * 1024 * 1024;

export interface Removal {
  stream: string;
  /** Only keys before this one. */
  before: Buffer;
  /** Stops once this many bytes are removed. */
  enough?: number | undefined;
}

export interface Removed {
  entries: number;
  bytes: number;
  /** Whether there may be more to remove. */
  more: boolean;
}

/** Only inside a write transaction. */
export function removeOldest(changes: Changes, removal: Removal): Removed {
  const { stream, before, enough = Number.POSITIVE_INFINITY } = removal;
  const doomed: Buffer[] = [];
  let bytes = 0;
  let more = false;
  const range = { start: keyHead("entry", stream), end: before };
  for (const { key, value } of changes.records.findRange(range)) {
    if (doomed.length >= BATCH_ENTRIES || bytes >= BATCH_BYTES || bytes >= enough) {
      more = bytes < enough;
      break;
    }
    bytes += key.length + value.length;
    doomed.push(key);
  }
  for (const key of doomed) changes.remove(key);
  return { entries: doomed.length, bytes, more };
}
