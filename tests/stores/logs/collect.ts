// What tests of the log store share: reading a whole query, and the newest-first answer worked out by hand.

import type { Environment } from "../../../server/engine/lmdb/environment.js";
import { isEntryKey, parseEntryKey } from "../../../server/records/logs/entry-key.js";
import { parseFilter } from "../../../server/records/logs/filter.js";
import { entryOf } from "../../../server/records/logs/written-entry.js";
import { decodeValue, type EntryRecord } from "../../../server/records/records.js";
import type { LogStore } from "../../../server/stores/logs/store.js";
import type { StreamConfig } from "../../../server/stores/logs/streams.js";

export async function collect(
  store: LogStore,
  stream: string,
  query: { fromMs?: number; toMs?: number; filter?: string; limit?: number } = {},
): Promise<EntryRecord[]> {
  const { fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, filter, limit } = query;
  const parsed = filter === undefined ? undefined : parseFilter(filter);
  const entries: EntryRecord[] = [];
  for await (const entry of store.query(stream, { fromMs, toMs, filter: parsed, limit }))
    entries.push(entryOf(entry));
  return entries;
}

/** All streams with their configurations. */
export async function listed(store: LogStore): Promise<Map<string, StreamConfig>> {
  const streams = new Map<string, StreamConfig>();
  for await (const [name, config] of store.streams.list()) streams.set(name, config);
  return streams;
}

/** The entries of a stream straight from the records, newest first. */
export function storedEntries(db: Environment, stream: string): EntryRecord[] {
  return [...db.records.range({})]
    .filter(
      ({ key }) => isEntryKey(key as Buffer) && parseEntryKey(key as Buffer).stream === stream,
    )
    .map(({ value }) => decodeValue<EntryRecord>(value))
    .reverse();
}
