// A stream's limits: entries older than `ttl` seconds go, and the oldest ones as long as all take more than `size` MiB.

import { under } from "../database/keys.js";
import type { Database } from "../database/open.js";
import { entriesFrom, type StreamRecord } from "../database/records.js";
import { entryMs } from "./entry-key.js";
import { getPurge } from "./marks.js";
import { type Removed, removeOldest } from "./remove-entries.js";
import { excess, expiry, knownStreamRecord } from "./stream-record.js";
import { readTotal } from "./totals.js";

/** What a look at a stream finds. */
export interface RetentionLook {
  /** Undefined if there is no such stream. */
  record: StreamRecord | undefined;
  /** Of its oldest entry, where an age is a limit. */
  oldestMs: number | undefined;
  /** Whether something must go. */
  isDue: boolean;
}

export function lookAtRetention(database: Database, stream: string, nowMs: number): RetentionLook {
  const record = knownStreamRecord(database, stream);
  if (!record) return { record, oldestMs: undefined, isDue: false };
  const oldestMs = record.ttl > 0 ? oldestEntryMs(database, stream) : undefined;
  const hasExpired = oldestMs !== undefined && oldestMs < expiry(record, nowMs);
  return { record, oldestMs, isDue: hasExpired || excessOf(database, stream, record) > 0 };
}

/** One step of a stream's clean-up. Only inside a write transaction. */
export function stepRetention(database: Database, stream: string, nowMs: number): Removed {
  const removed: Removed = { entries: 0, bytes: 0, more: false };
  const record = knownStreamRecord(database, stream);
  if (!record) return removed;
  if (record.ttl > 0) {
    const before = entriesFrom(stream, expiry(record, nowMs));
    Object.assign(removed, removeOldest(database, { stream, before }));
  }
  const enough = excessOf(database, stream, record);
  if (enough > 0) {
    const { entries, bytes, more } = removeOldest(database, {
      stream,
      before: under("entry", stream).end,
      enough,
    });
    removed.entries += entries;
    removed.bytes += bytes;
    removed.more ||= more;
  }
  return removed;
}

function oldestEntryMs({ records }: Database, stream: string): number | undefined {
  for (const key of records.getKeys({ ...under("entry", stream), limit: 1 }))
    return entryMs(key as Buffer);
  return undefined;
}

/** Bytes beyond the limit. A purge has to end first: until then the total counts what is gone already. */
function excessOf(database: Database, stream: string, record: StreamRecord): number {
  if (record.size <= 0 || getPurge(database, stream)) return 0;
  return excess(record, readTotal(database, stream).bytes);
}
