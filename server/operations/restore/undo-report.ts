// Reports on a database whose restore was taken back.

import type { DatabaseKind } from "../../records/kinds.js";
import { printable } from "../../records/records.js";
import type { DatabaseUndoReport } from "../../records/reports.js";
import type { Merged } from "../../storage/engine.js";

export interface UndoneDatabase {
  kind: DatabaseKind;
  merged: Merged;
  overwriteChanged: boolean;
  dryRun: boolean;
  /** When it began, by the clock of `performance`. */
  started: number;
}

export function undoneReport({
  kind,
  merged: { kinds, undone },
  overwriteChanged,
  dryRun,
  started,
}: UndoneDatabase): DatabaseUndoReport {
  const { changed = { records: 0, items: [] }, needed = [], withoutStream = [] } = undone ?? {};
  const warnings: string[] = [];
  if (changed.records > 0) {
    const what = changed.records === 1 ? "1 record was" : `${changed.records} records were`;
    const outcome = overwriteChanged
      ? `${dryRun ? "would be" : "were"} overwritten all the same`
      : `${dryRun ? "would stay" : "stayed"} as they are`;
    warnings.push(`${what} changed after the restore, and ${outcome} (${named(changed)})`);
  }
  if (needed.length > 0) {
    warnings.push(
      `${dryRun ? "would stay" : "stayed"}, for entries that came after the restore: ${some(needed)}`,
    );
  }
  if (withoutStream.length > 0) {
    const streams = some(withoutStream.map((name) => `"${printable(name)}"`));
    warnings.push(
      `streams were deleted after the restore, and their entries don't come back: ${streams}; make the stream, and undo again`,
    );
  }
  const seconds = (performance.now() - started) / 1000;
  return { database: kind, kinds, changed, warnings, seconds };
}

const MOST_TOLD = 10;

function named({ records, items }: DatabaseUndoReport["changed"]): string {
  return some(items.slice(0, MOST_TOLD), records);
}

function some(items: readonly string[], all = items.length): string {
  const told = items.slice(0, MOST_TOLD);
  const more = all - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}
