// A stream's limits: entries older than `ttl` seconds go, and the oldest ones as long as all take more than `size` MiB.

import { under } from "../database/keys.js";
import type { Database } from "../database/open.js";
import { entriesFrom, type StreamRecord } from "../database/records.js";
import { getPurge } from "./marks.js";
import { removeOldest } from "./remove-entries.js";
import { excess, expiry, readStreamRecord } from "./stream-record.js";
import { readTotal } from "./totals.js";

/** Whether something of the stream must go. Cheap: asked of every stream, every second. */
export function exceedsLimits(database: Database, stream: string, nowMs: number): boolean {
  const record = readStreamRecord(database, stream);
  return record !== undefined && (excessOf(database, stream, record) > 0 || hasExpired());

  function hasExpired(): boolean {
    if (!record || record.ttl <= 0) return false;
    const range = { ...under("entry", stream), end: expiryKey(stream, record, nowMs), limit: 1 };
    return database.records.getKeysCount(range) > 0;
  }
}

/** One step of a stream's clean-up. Only inside a write transaction. */
export function stepRetention(database: Database, stream: string, nowMs: number): void {
  const record = readStreamRecord(database, stream);
  if (!record) return;
  if (record.ttl > 0) {
    removeOldest(database, { stream, before: expiryKey(stream, record, nowMs) });
  }
  const enough = excessOf(database, stream, record);
  if (enough > 0) removeOldest(database, { stream, before: under("entry", stream).end, enough });
}

/** Bytes beyond the limit. A purge has to end first: until then the total counts what is gone already. */
function excessOf(database: Database, stream: string, record: StreamRecord): number {
  if (record.size <= 0 || getPurge(database, stream)) return 0;
  return excess(record, readTotal(database, stream).bytes);
}

const expiryKey = (stream: string, record: StreamRecord, nowMs: number): Buffer =>
  entriesFrom(stream, expiry(record, nowMs));
