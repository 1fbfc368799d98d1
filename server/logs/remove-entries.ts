// Removing a stream's oldest entries, a bounded number at a time, with their postings and out of its total.

import { keyHead } from "../database/keys.js";
import type { Database } from "../database/open.js";
import { decodeValue, type EntryRecord } from "../database/records.js";
import { fieldIndexes } from "./derived.js";
import { PostingChanges } from "./postings.js";
import { readStreamRecord } from "./stream-record.js";
import { changeTotal } from "./totals.js";

/** One transaction's share: it runs on the main thread, which must answer others too. */
export const BATCH_ENTRIES = 500;
export const BATCH_BYTES = 8 * 1024 * 1024;

export interface Removal {
  stream: string;
  /** Only keys before this one. */
  before: Buffer;
  /** Stop once this many bytes are removed. */
  enough?: number | undefined;
}

export interface Removed {
  entries: number;
  bytes: number;
  /** Whether there may be more to remove. */
  more: boolean;
}

/** Only inside a write transaction. */
export function removeOldest(database: Database, removal: Removal): Removed {
  const { records, derived } = database;
  const { stream, before, enough = Number.POSITIVE_INFINITY } = removal;
  const indexes = fieldIndexes(stream, readStreamRecord(database, stream)?.indexed_fields ?? []);
  const doomed: { key: Buffer; value: Buffer }[] = [];
  let bytes = 0;
  let more = false;
  const range = { start: keyHead("entry", stream), end: before };
  for (const item of records.getRange(range)) {
    if (doomed.length >= BATCH_ENTRIES || bytes >= BATCH_BYTES || bytes >= enough) {
      more = bytes < enough;
      break;
    }
    const key = item.key as Buffer;
    bytes += key.length + item.value.length;
    doomed.push({ key, value: item.value });
  }
  if (doomed.length === 0) return { entries: 0, bytes: 0, more: false };
  const changes = new PostingChanges();
  for (const { key, value } of doomed) {
    if (indexes.length > 0) changes.note(indexes, key, decodeValue<EntryRecord>(value).fields);
    records.removeSync(key);
  }
  changes.write(derived, "remove");
  changeTotal(database, stream, { entries: -doomed.length, bytes: -bytes });
  return { entries: doomed.length, bytes, more };
}
