// Keeps each stream's totals right, in the transaction that adds or removes entries.

import { under } from "../../records/keys.js";
import { encodeTotal, type StreamTotal, totalKey } from "../../records/logs/log-index.js";
import type { Instant, WriteTables } from "../tables.js";

type Tables = Pick<Instant, "derived" | "records">;

/**
 * Reads a total. Derived data has no checksums, so one that makes no sense is counted anew, which takes as long as reading the
 * stream.
 */
export const readTotal = (tables: Tables, stream: string): StreamTotal =>
  keptTotal(tables, stream) ?? countedTotal(tables, stream);

/** Only inside a write transaction, after the entries have changed. @param change negative for removed entries */
export function changeTotal(
  tables: Pick<WriteTables, "derived" | "records">,
  stream: string,
  change: StreamTotal,
): void {
  const kept = keptTotal(tables, stream);
  const { entries, bytes } = kept
    ? { entries: kept.entries + change.entries, bytes: kept.bytes + change.bytes }
    : countedTotal(tables, stream);
  if (entries === 0) tables.derived.remove(totalKey(stream));
  else tables.derived.put(totalKey(stream), encodeTotal({ entries, bytes }));
}

/** Undefined where it makes no sense. */
function keptTotal({ derived }: Tables, stream: string): StreamTotal | undefined {
  const value = derived.get(totalKey(stream));
  if (value === undefined) return { entries: 0, bytes: 0 };
  try {
    const total: unknown = JSON.parse(value.toString());
    return isTotal(total) ? total : undefined;
  } catch {
    return undefined;
  }
}

function isTotal(value: unknown): value is StreamTotal {
  if (typeof value !== "object" || value === null) return false;
  const { entries, bytes } = value as Partial<StreamTotal>;
  return [entries, bytes].every((number) => Number.isSafeInteger(number) && Number(number) >= 0);
}

function countedTotal({ records }: Tables, stream: string): StreamTotal {
  const total = { entries: 0, bytes: 0 };
  for (const { key, value } of records.findRange(under("entry", stream))) {
    total.entries++;
    total.bytes += key.byteLength + value.byteLength;
  }
  return total;
}
