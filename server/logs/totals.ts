// Each stream's totals, kept right by whoever adds or removes entries, in the same transaction.

import type { Database } from "../database/open.js";
import { encodeTotal, type StreamTotal, totalKey } from "./derived.js";

type Tables = Pick<Database, "derived">;

export function readTotal({ derived }: Tables, stream: string): StreamTotal {
  const value = derived.get(totalKey(stream));
  return value ? (JSON.parse(value.toString()) as StreamTotal) : { entries: 0, bytes: 0 };
}

/** Only inside a write transaction. @param change negative for what is removed */
export function changeTotal(tables: Tables, stream: string, change: StreamTotal): void {
  const total = readTotal(tables, stream);
  const entries = total.entries + change.entries;
  const bytes = total.bytes + change.bytes;
  if (entries === 0) tables.derived.removeSync(totalKey(stream));
  else tables.derived.putSync(totalKey(stream), encodeTotal({ entries, bytes }));
}
