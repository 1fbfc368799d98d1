// Has the value indexes of a stream made anew.

import { segments, under } from "../../records/keys.js";
import { fieldIndexes } from "../../records/logs/log-index.js";
import { setIndexJob } from "../notes/unfinished-work.js";
import { knownStreamRecord } from "../stream-record.js";
import type { SideTables } from "../tables.js";

/**
 * Notes all indexes of a stream to be made anew, after a damaged entry was removed whose postings can't be known any more. Only
 * inside a write transaction.
 */
export function renewIndexes(tables: SideTables, stream: string): void {
  const fields = new Set(knownStreamRecord(tables, stream)?.indexed_fields);
  for (const field of indexedFields(tables, stream)) fields.add(field);
  for (const { field } of fieldIndexes(stream, [...fields]))
    setIndexJob(tables, { stream, field }, { phase: "clear" });
}

/** The fields of which there are postings. */
function* indexedFields({ derived }: SideTables, stream: string): Generator<string> {
  const range = { ...under("index", stream), limit: 1 };
  for (;;) {
    const [key] = [...derived.keys(range)];
    if (key === undefined) return;
    const [, , field = ""] = segments(key);
    yield field;
    range.start = under("index", stream, field).end;
  }
}
