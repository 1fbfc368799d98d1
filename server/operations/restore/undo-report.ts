// Reports the undo of a restore in one database.

import type { DatabaseKind } from "../../records/kinds.js";
import { printable } from "../../records/records.js";
import type { DatabaseUndoReport } from "../../records/reports.js";
import type { Merged } from "../../storage/engine.js";

export interface UndoneDatabase {
  kind: DatabaseKind;
  merged: Merged;
  overwriteChanged: boolean;
  dryRun: boolean;
  /** When the undo began, by the clock of `performance`. */
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
  const { retired = NONE, expired = NONE, tightened = [] } = undone ?? {};
  const warnings: string[] = [];
  if (changed.records > 0) {
    const what = changed.records === 1 ? "1 record was" : `${changed.records} records were`;
    const outcome = overwriteChanged
      ? `${dryRun ? "would be" : "were"} overwritten all the same`
      : `${dryRun ? "would stay" : "stayed"} as ${changed.records === 1 ? "it is" : "they are"}`;
    warnings.push(`${what} changed after the restore, and ${outcome} (${named(changed)})`);
  }
  if (needed.length > 0) {
    warnings.push(
      `${dryRun ? "would stay" : "stayed"}, for entries that came after the restore: ${some(needed)}`,
    );
  }
  if (withoutStream.length > 0) {
    const streams = some(withoutStream.map(quoted));
    warnings.push(
      `streams were deleted after the restore, and their entries don't come back: ${streams}; make the stream, and undo again`,
    );
  }
  for (const [name, entries] of retired) {
    warnings.push(
      `${counted(entries)} of ${stream(name)} ${entries === 1 ? "was" : "were"} removed by the stream's limits after the restore, and ${dryRun ? "wouldn't" : "don't"} come back: the limits would remove them again`,
    );
  }
  for (const [name, entries] of expired) {
    warnings.push(
      `${counted(entries)} of ${stream(name)} that ${dryRun ? "would come" : "came"} back ${entries === 1 ? "is" : "are"} older than the stream keeps them: they are deleted once a server runs`,
    );
  }
  for (const name of tightened) {
    warnings.push(
      `${stream(name)} had tighter limits since the restore: older entries that these limits have removed don't come back`,
    );
  }
  const seconds = (performance.now() - started) / 1000;
  return { database: kind, kinds, changed, warnings, seconds };
}

const NONE: ReadonlyMap<string, number> = new Map();
const MOST_TOLD = 10;

const quoted = (name: string): string => `"${printable(name)}"`;
const stream = (name: string): string => `stream ${quoted(name)}`;
const counted = (entries: number): string => (entries === 1 ? "1 entry" : `${entries} entries`);

function named({ records, items }: DatabaseUndoReport["changed"]): string {
  return some(items.slice(0, MOST_TOLD), records);
}

function some(items: readonly string[], all = items.length): string {
  const told = items.slice(0, MOST_TOLD);
  const more = all - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}
