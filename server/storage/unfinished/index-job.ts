// Fills the index of a field that became an indexed one, and empties that of a field that no longer is, a bounded step at a
// time. New entries are indexed as they come. A query uses the index once its job is done.

import { under } from "../../records/keys.js";
import { fieldIndexes } from "../../records/logs/log-index.js";
import { someFields } from "../../records/logs/written-entry.js";
import { PostingChanges } from "../derived/postings.js";
import { getIndexJob, setIndexJob } from "../notes/unfinished-work.js";
import { knownStreamRecord } from "../stream-record.js";
import type { SideTables } from "../tables.js";

const BATCH_KEYS = 1_000;
const BATCH_ENTRIES = 500;
const BATCH_BYTES = 4 * 1024 * 1024;

/** Takes one step. Only inside a write transaction. */
export function stepIndexJob(tables: SideTables, at: { stream: string; field: string }): void {
  const job = getIndexJob(tables, at.stream, at.field);
  if (!job) return;
  const wanted = knownStreamRecord(tables, at.stream)?.indexed_fields.includes(at.field) ?? false;
  if (job.phase === "clear") {
    if (clear(tables, at)) return;
    setIndexJob(tables, at, wanted ? { phase: "fill" } : undefined);
  } else if (wanted) {
    const after = fill(tables, at, job.after);
    setIndexJob(tables, at, after === undefined ? undefined : { phase: "fill", after });
  } else {
    setIndexJob(tables, at, { phase: "clear" });
  }
}

/** @returns whether there may be more */
function clear(
  { derived }: SideTables,
  { stream, field }: { stream: string; field: string },
): boolean {
  const keys = [...derived.keys({ ...under("index", stream, field), limit: BATCH_KEYS })];
  for (const key of keys) derived.remove(key);
  return keys.length === BATCH_KEYS;
}

/** @returns the last key done, or undefined when all are */
function fill(
  { records, derived }: SideTables,
  { stream, field }: { stream: string; field: string },
  after: string | undefined,
): string | undefined {
  const indexes = fieldIndexes(stream, [field]);
  const range = under("entry", stream);
  // the key after `after` is this one with a zero byte more
  if (after !== undefined) range.start = Buffer.from(`${after}\0`);
  const changes = new PostingChanges();
  let last: Buffer | undefined;
  let isWhole = true;
  let entries = 0;
  let bytes = 0;
  for (const item of records.findRange(range)) {
    // stops only after a sound key: going on after a damaged one might go back
    if (last && (entries >= BATCH_ENTRIES || bytes >= BATCH_BYTES)) {
      isWhole = false;
      break;
    }
    entries += 1;
    bytes += item.value.length;
    // a damaged entry has no postings, because its fields can't be trusted
    if (!item.isWhole) continue;
    last = item.key;
    changes.note(indexes, last, someFields(item.value, [field]));
  }
  changes.write(derived, "add");
  return isWhole ? undefined : last?.toString();
}
