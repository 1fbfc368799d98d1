// Tells people what an undo has changed, or would change.

import type { KindCounts, UndoReport } from "../../../server/records/reports.js";
import { formatCount, formatCounted, formatDuration } from "../format.js";
import { safe } from "../safe.js";
import { table } from "../table.js";

const COUNTS = [
  ["added", "Back again"],
  ["overwritten", "As before"],
  ["removed", "Taken out"],
  ["unchanged", "Unchanged"],
  ["kept", "Kept"],
] as const satisfies readonly (readonly [keyof KindCounts, string])[];

/** @param again the command that takes the undo back, if that needs more than the run */
export function undoText(
  report: UndoReport,
  width?: number,
  again = `flowg admin undo ${report.run}`,
): string {
  const rows = report.databases.flatMap(({ database, kinds }) => {
    const entries = Object.entries(kinds);
    if (entries.length === 0) return [[database, "-", ...COUNTS.map(() => "0")]];
    return entries.map(([kind, counts]) => [
      database,
      kind,
      ...COUNTS.map(([name]) => formatCount(counts[name])),
    ]);
  });
  const right = (header: string) => ({ header, align: "right" as const });
  const columns = ["Database", "Kind", ...COUNTS.map(([, header]) => right(header))];
  const what = `the restore ${report.undoes} of ${report.undoesAt}`;
  const count = formatCounted(report.databases.length, "database");
  return [
    table(columns, rows, width),
    report.dryRun
      ? `dry run: nothing was written; it would take back ${what}`
      : `${what} was taken back in ${count}, in ${formatDuration(report.seconds)}`,
    ...(report.run === undefined ? [] : [`to bring it again: ${safe(again)}`]),
  ].join("\n");
}
