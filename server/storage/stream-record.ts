// A stream's configuration as it is stored.

import { decodeValue, encodeValue, type StreamRecord, streamKey } from "../records/records.js";
import type { Changes } from "./database.js";
import type { Instant } from "./tables.js";

/** A new stream has no limits and no indexes. */
export const DEFAULT_STREAM: Readonly<StreamRecord> = { ttl: 0, size: 0, indexed_fields: [] };

type Tables = Pick<Instant, "records">;

export function readStreamRecord({ records }: Tables, stream: string): StreamRecord | undefined {
  const value = records.get(streamKey(stream));
  return value && streamRecord(decodeValue<StreamRecord>(value));
}

/** The same for work that must go on: a damaged record counts as none. */
export function knownStreamRecord({ records }: Tables, stream: string): StreamRecord | undefined {
  const found = records.find(streamKey(stream));
  return found?.isWhole ? streamRecord(decodeValue<StreamRecord>(found.value)) : undefined;
}

/** Whether there is a record that is damaged. */
export const isStreamDamaged = ({ records }: Tables, stream: string): boolean =>
  records.find(streamKey(stream))?.isWhole === false;

/** Only inside a write transaction. */
export function writeStreamRecord(changes: Changes, stream: string, record: StreamRecord): void {
  changes.put(streamKey(stream), encodeValue(streamRecord(record)));
}

/** A record with FlowG's keys in their order, and the fields sorted, each once. */
export const streamRecord = ({ ttl, size, indexed_fields }: StreamRecord): StreamRecord => ({
  ttl,
  size,
  indexed_fields: [...new Set(indexed_fields)].sort(),
});

const MIB = 1024 * 1024;

/** How many of a stream's bytes are beyond its limit. */
export function excess({ size }: StreamRecord, bytes: number): number {
  return size > 0 ? Math.max(0, bytes - size * MIB) : 0;
}

/** Milliseconds since 1970 before which the stream's entries have expired; 0 if they don't. */
export function expiry(record: StreamRecord | undefined, nowMs: number): number {
  return record && record.ttl > 0 ? Math.max(0, nowMs - record.ttl * 1000) : 0;
}
