// Removing a stream's oldest entries, a bounded number at a time, with their postings and out of its total.

import { keyHead } from "../database/keys.js";
import type { Database } from "../database/open.js";
import { decodeValue, type EntryRecord } from "../database/records.js";
import type { FoundRecord } from "../database/sealed-table.js";
import { fieldIndexes } from "./derived.js";
import { renewIndexes } from "./index-job.js";
import { PostingChanges } from "./postings.js";
import { knownStreamRecord } from "./stream-record.js";
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
  const indexes = fieldIndexes(stream, knownStreamRecord(database, stream)?.indexed_fields ?? []);
  const doomed: FoundRecord[] = [];
  let bytes = 0;
  let more = false;
  const range = { start: keyHead("entry", stream), end: before };
  for (const item of records.findRange(range)) {
    if (doomed.length >= BATCH_ENTRIES || bytes >= BATCH_BYTES || bytes >= enough) {
      more = bytes < enough;
      break;
    }
    bytes += item.key.length + item.value.length;
    doomed.push(item);
  }
  if (doomed.length === 0) return { entries: 0, bytes: 0, more: false };
  const changes = new PostingChanges();
  for (const { key, value, isWhole } of doomed) {
    if (indexes.length > 0 && isWhole)
      changes.note(indexes, key, decodeValue<EntryRecord>(value).fields);
    records.removeSync(key);
  }
  changes.write(derived, "remove");
  if (doomed.some(({ isWhole }) => !isWhole)) renewIndexes(database, stream);
  changeTotal(database, stream, { entries: -doomed.length, bytes: -bytes });
  return { entries: doomed.length, bytes, more };
}
