// Applies a stream's limits: it removes entries older than `ttl` seconds, and the oldest as long as all take more than `size`
// MiB.

import { under } from "../../records/keys.js";
import { entryMs } from "../../records/logs/entry-key.js";
import { entriesFrom, type StreamRecord } from "../../records/records.js";
import type { Changes } from "../../storage/database.js";
import { readTotal } from "../../storage/derived/totals.js";
import { getPurge } from "../../storage/notes/unfinished-work.js";
import { excess, expiry, knownStreamRecord } from "../../storage/stream-record.js";
import type { Instant } from "../../storage/tables.js";
import { type Removed, removeOldest } from "../../storage/unfinished/remove-entries.js";

/** The findings of a look at a stream. */
export interface RetentionLook {
  /** Undefined for an unknown stream. */
  record: StreamRecord | undefined;
  /** The time of the oldest entry, if the stream limits their age. */
  oldestMs: number | undefined;
  /** Whether entries must be removed. */
  isDue: boolean;
}

export function lookAtRetention(instant: Instant, stream: string, nowMs: number): RetentionLook {
  const record = knownStreamRecord(instant, stream);
  if (!record) return { record, oldestMs: undefined, isDue: false };
  const oldestMs = record.ttl > 0 ? oldestEntryMs(instant, stream) : undefined;
  const hasExpired = oldestMs !== undefined && oldestMs < expiry(record, nowMs);
  return { record, oldestMs, isDue: hasExpired || excessOf(instant, stream, record) > 0 };
}

/** One step of a stream's clean-up. Only inside a write transaction. */
export function stepRetention(changes: Changes, stream: string, nowMs: number): Removed {
  const removed: Removed = { entries: 0, bytes: 0, more: false };
  const record = knownStreamRecord(changes, stream);
  if (!record) return removed;
  if (record.ttl > 0) {
    const before = entriesFrom(stream, expiry(record, nowMs));
    Object.assign(removed, removeOldest(changes, { stream, before }));
  }
  const enough = excessOf(changes, stream, record);
  if (enough > 0) {
    const { entries, bytes, more } = removeOldest(changes, {
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

function oldestEntryMs({ records }: Instant, stream: string): number | undefined {
  for (const key of records.keys({ ...under("entry", stream), limit: 1 })) return entryMs(key);
  return undefined;
}

/** Bytes beyond the limit; 0 during a purge, when the total still counts deleted entries. */
function excessOf(instant: Instant, stream: string, record: StreamRecord): number {
  if (record.size <= 0 || getPurge(instant, stream)) return 0;
  return excess(record, readTotal(instant, stream).bytes);
}
