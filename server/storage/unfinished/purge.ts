// Deletes a stream of any size. One small transaction makes it disappear for every reader, and its records are removed bit by
// bit after it.

import { type KeyRange, under } from "../../records/keys.js";
import { entryMs } from "../../records/logs/entry-key.js";
import { fieldIndexes } from "../../records/logs/log-index.js";
import { streamKey } from "../../records/records.js";
import type { Changes } from "../database.js";
import { renewIndexes } from "../derived/renew-indexes.js";
import {
  firstKeptKey,
  getPurge,
  goneWith,
  indexJobsOf,
  setIndexJob,
  setPurge,
} from "../notes/unfinished-work.js";
import { isStreamDamaged, knownStreamRecord } from "../stream-record.js";
import { removeOldest } from "./remove-entries.js";

const BATCH_KEYS = 2_000;

/** Deletes the stream for all queries. Only inside a write transaction. */
export function beginPurge(changes: Changes, stream: string): void {
  const record = knownStreamRecord(changes, stream);
  if (isStreamDamaged(changes, stream)) renewIndexes(changes, stream);
  const indexed = fieldIndexes(stream, record?.indexed_fields ?? []).map(({ field }) => field);
  // index jobs remove the postings, whose fields the configuration no longer names
  for (const field of [...indexed, ...indexJobsOf(changes, stream)])
    setIndexJob(changes, { stream, field }, { phase: "clear" });
  changes.remove(streamKey(stream));
  const fields = removeKeys(changes, under("field", stream));
  const entries = { ...under("entry", stream), reverse: true, limit: 1 };
  const [newest] = [...changes.records.keys(entries)];
  const isDone = newest === undefined && !fields;
  const cutoff = newest === undefined ? 0 : entryMs(newest);
  const purge = { cutoff, fields };
  setPurge(changes, stream, isDone ? undefined : purge);
  if (!isDone) for (const range of goneWith(stream, purge)) changes.gone(range);
}

/** Takes one step of the removal. Only inside a write transaction. */
export function stepPurge(changes: Changes, stream: string): void {
  const purge = getPurge(changes, stream);
  if (!purge) return;
  if (purge.fields) {
    const fields = removeKeys(changes, under("field", stream));
    setPurge(changes, stream, { ...purge, fields });
  } else if (!removeOldest(changes, { stream, before: firstKeptKey(stream, purge) }).more) {
    setPurge(changes, stream, undefined);
  }
}

/** @returns whether there may be more */
function removeKeys(changes: Changes, range: KeyRange): boolean {
  const keys = [...changes.records.keys({ ...range, limit: BATCH_KEYS })];
  for (const key of keys) changes.remove(key);
  return keys.length === BATCH_KEYS;
}
