// Databases of earlier versions, brought to the present layout when they are opened for writing.
//
//     schema 1 to 2    value indexes had a key an entry, and are posting lists now: they are made anew, a bounded step
//                      at a time, like that of a field that is newly indexed; queries walk the entries meanwhile

import { fieldIndexes } from "../logs/derived.js";
import { setIndexJob } from "../logs/marks.js";
import { segments, under } from "./keys.js";
import type { Database } from "./open.js";
import { decodeValue, type StreamRecord } from "./records.js";

/** From schema 1. Only inside a write transaction, as one part of it. */
export function upgrade({ kind, records, local }: Pick<Database, "kind" | "records" | "local">) {
  if (kind !== "logs") return;
  for (const { key, value } of records.getRange(under("stream"))) {
    const stream = segments(key as Buffer)[1] ?? "";
    const { indexed_fields } = decodeValue<StreamRecord>(value);
    for (const { field } of fieldIndexes(stream, indexed_fields))
      setIndexJob({ local }, { stream, field }, { phase: "clear" });
  }
}
