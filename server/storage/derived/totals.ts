// Each stream's totals, kept right by whoever adds or removes entries, in the same transaction.

import { encodeTotal, type StreamTotal, totalKey } from "../../records/logs/log-index.js";
import type { Instant, WriteTables } from "../tables.js";

export function readTotal({ derived }: Pick<Instant, "derived">, stream: string): StreamTotal {
  const value = derived.get(totalKey(stream));
  return value ? (JSON.parse(value.toString()) as StreamTotal) : { entries: 0, bytes: 0 };
}

/** Only inside a write transaction. @param change negative for what is removed */
export function changeTotal(
  tables: Pick<WriteTables, "derived">,
  stream: string,
  change: StreamTotal,
): void {
  const total = readTotal(tables, stream);
  const entries = total.entries + change.entries;
  const bytes = total.bytes + change.bytes;
  if (entries === 0) tables.derived.remove(totalKey(stream));
  else tables.derived.put(totalKey(stream), encodeTotal({ entries, bytes }));
}
