// Queries a stream's entries in a window of time, newest first. It reads slices, each within one turn of the event loop and one
// short read transaction, and goes on from the last key. So a slow client keeps no transaction open and delays nobody.

import { setImmediate } from "node:timers/promises";
import { type Filter, matchesFilter } from "../../records/logs/filter.js";
import { coveringTerms, type Term } from "../../records/logs/filter-terms.js";
import { type FieldIndex, fieldIndexes } from "../../records/logs/log-index.js";
import { quickLook } from "../../records/logs/quick-look.js";
import { isLarge, WrittenEntry } from "../../records/logs/written-entry.js";
import { nameProblem } from "../../records/names.js";
import { decodeValue, type EntryRecord, entriesFrom } from "../../records/records.js";
import type { Database } from "../../storage/database.js";
import { getPurge, indexJobsOf } from "../../storage/notes/unfinished-work.js";
import { expiry, readStreamRecord } from "../../storage/stream-record.js";
import type { Instant } from "../../storage/tables.js";
import { newestByIndex } from "./query-index.js";

const SLICE_MS = 5;
const SLICE_BYTES = 2 * 1024 * 1024;

export interface Query {
  /** Milliseconds since 1970: `fromMs ≤ time < toMs`. */
  fromMs: number;
  toMs: number;
  filter?: Filter | undefined;
  /** At most this many entries. */
  limit?: number | undefined;
  /** Ends the query early. */
  signal?: AbortSignal | undefined;
}

export interface QueryContext {
  database: Database;
  stream: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** An entry that a query found. A large one isn't decoded. */
export type QueriedEntry = EntryRecord | WrittenEntry;

/** Gives the entries, and none for an unknown stream. It may or may not see entries that are added or removed meanwhile. */
export async function* queryEntries(
  context: QueryContext,
  query: Query,
): AsyncGenerator<QueriedEntry, void, undefined> {
  if (nameProblem(context.stream)) return;
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  let position: Buffer | undefined;
  const mayPass = query.filter && quickLook(query.filter);
  while (left > 0) {
    query.signal?.throwIfAborted();
    const wanted = { ...query, limit: left, mayPass };
    const after = position;
    const slice = await context.database.read((instant) =>
      readSlice({ ...context, instant }, wanted, after),
    );
    yield* slice.entries;
    left -= slice.entries.length;
    if (slice.position === undefined) return;
    position = slice.position;
    await setImmediate();
  }
}

interface Slice {
  entries: QueriedEntry[];
  /** The last key looked at; undefined at the end. */
  position: Buffer | undefined;
}

/** An entry's key and value, as a walk or an index finds them. */
export interface FoundEntry {
  key: Buffer;
  value: Buffer;
}

/** A query, at one instant. */
interface Slicing extends Omit<QueryContext, "database"> {
  instant: Instant;
}

interface SliceQuery extends Query {
  mayPass: ReturnType<typeof quickLook>;
}

function readSlice(context: Slicing, query: SliceQuery, after: Buffer | undefined): Slice {
  const { filter, limit = 0, mayPass } = query;
  const end = performance.now() + SLICE_MS;
  const entries: QueriedEntry[] = [];
  let position = after;
  let bytes = 0;
  for (const { key, value } of candidates(context, query, after)) {
    position = key;
    bytes += value.length;
    const entry = mayPass?.(value) === false ? undefined : readEntry(value, filter);
    if (entry) entries.push(entry);
    if (entries.length >= limit) return { entries, position: undefined };
    if (bytes >= SLICE_BYTES || performance.now() > end) return { entries, position };
  }
  return { entries, position: undefined };
}

/** Reads an entry; undefined if it doesn't pass the filter. */
function readEntry(value: Buffer, filter: Filter | undefined): QueriedEntry | undefined {
  if (isLarge(value)) {
    const written = new WrittenEntry(value);
    if (filter && !written.passes(filter)) return undefined;
    // the bytes may lie in memory that the next read writes over
    return new WrittenEntry(Buffer.from(value));
  }
  const entry = decodeValue<EntryRecord>(value);
  return !filter || matchesFilter(filter, entry.fields) ? entry : undefined;
}

/**
 * The entries that a slice goes through. Each slice reads the stream's state again, because its configuration and indexes may
 * have changed.
 */
function candidates(
  { instant, stream, now }: Slicing,
  { fromMs, toMs, filter }: Query,
  after: Buffer | undefined,
): Iterable<FoundEntry> {
  const record = readStreamRecord(instant, stream);
  const purge = getPurge(instant, stream);
  const window = {
    fromMs: clamp(Math.max(fromMs, expiry(record, now()), purge ? purge.cutoff + 1 : 0)),
    toMs: clamp(toMs),
  };
  if (!(window.fromMs < window.toMs)) return [];
  const pending = new Set(indexJobsOf(instant, stream));
  const indexes = fieldIndexes(stream, record?.indexed_fields ?? []).filter(
    ({ field }) => !pending.has(field),
  );
  const terms =
    filter && coveringTerms(filter, (name) => indexes.some(({ field }) => field === name));
  if (!terms) return newestByWalk(instant, { stream, after, ...window });
  const ranges = terms.map((term) => ({ index: indexOf(indexes, term), value: term.value }));
  return newestByIndex(instant, { stream, after, ranges, ...window });
}

function newestByWalk(
  { records }: Instant,
  walk: { stream: string; after: Buffer | undefined; fromMs: number; toMs: number },
): Iterable<FoundEntry> {
  return records.range({
    start: entriesFrom(walk.stream, walk.fromMs),
    end: walk.after ?? entriesFrom(walk.stream, walk.toMs),
    reverse: true,
  });
}

function indexOf(indexes: readonly FieldIndex[], term: Term): FieldIndex {
  // covering terms name indexed fields only
  return indexes.find(({ field }) => field === term.field) as FieldIndex;
}

const clamp = (ms: number): number => Math.min(Math.max(0, Math.ceil(ms)), Number.MAX_SAFE_INTEGER);
