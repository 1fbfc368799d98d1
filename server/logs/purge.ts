// Deleting a stream of any size: gone for every reader with one small transaction, removed bit by bit after it.

import { type KeyRange, under } from "../database/keys.js";
import type { Database } from "../database/open.js";
import { streamKey } from "../database/records.js";
import { fieldIndexes } from "./derived.js";
import { entryMs } from "./entry-key.js";
import { renewIndexes } from "./index-job.js";
import { firstKeptKey, getPurge, indexJobsOf, setIndexJob, setPurge } from "./marks.js";
import { removeOldest } from "./remove-entries.js";
import { isStreamDamaged, knownStreamRecord } from "./stream-record.js";

const BATCH_KEYS = 2_000;

/** The moment of deletion: what is there disappears for queries. Only inside a write transaction. */
export function beginPurge(database: Database, stream: string): void {
  const { records } = database;
  const record = knownStreamRecord(database, stream);
  if (isStreamDamaged(database, stream)) renewIndexes(database, stream);
  const indexed = fieldIndexes(stream, record?.indexed_fields ?? []).map(({ field }) => field);
  // postings go by themselves: whose they were is forgotten with the configuration
  for (const field of [...indexed, ...indexJobsOf(database, stream)])
    setIndexJob(database, { stream, field }, { phase: "clear" });
  records.removeSync(streamKey(stream));
  const fields = removeKeys(records, under("field", stream));
  const { start, end } = under("entry", stream);
  const [newest] = [...records.getKeys({ start: end, end: start, reverse: true, limit: 1 })];
  const isDone = newest === undefined && !fields;
  const cutoff = newest === undefined ? 0 : entryMs(newest as Buffer);
  setPurge(database, stream, isDone ? undefined : { cutoff, fields });
}

/** One step of the removal. Only inside a write transaction. */
export function stepPurge(database: Database, stream: string): void {
  const purge = getPurge(database, stream);
  if (!purge) return;
  if (purge.fields) {
    const fields = removeKeys(database.records, under("field", stream));
    setPurge(database, stream, { ...purge, fields });
  } else if (!removeOldest(database, { stream, before: firstKeptKey(stream, purge) }).more) {
    setPurge(database, stream, undefined);
  }
}

/** @returns whether there may be more */
function removeKeys(table: Database["records"], range: KeyRange): boolean {
  const keys = [...table.getKeys({ ...range, limit: BATCH_KEYS })];
  for (const key of keys) table.removeSync(key);
  return keys.length === BATCH_KEYS;
}
