// Tells people what a salvage of a database has saved and what is lost.

import type { DatabaseSalvageReport, LostRange } from "../../../server/records/salvage-reports.js";
import { formatBytes, formatCount, formatCounted, formatDuration } from "../format.js";
import { safe } from "../safe.js";

/** How many lines of each kind are shown; the JSON has more. */
const SHOWN = 10;

export function databaseSalvageText(report: DatabaseSalvageReport): string {
  const { output, database, entries, bytes, whole, lost, problems, seconds } = report;
  const saved = `${formatCounted(entries, "record")} of ${database} saved: ${safe(output)}, ${formatBytes(bytes)}, in ${formatDuration(seconds)}`;
  if (whole) return [saved, "nothing is missing: it is a snapshot as a backup makes it"].join("\n");
  const { ranges, moreRanges, damaged } = lost;
  return [
    saved,
    ...listed(problems.map((problem) => `found: ${safe(problem)}`)),
    ...listed(damaged.map((name) => `lost: ${safe(name)}`)),
    ...listed(ranges.map(rangeText), moreRanges),
  ].join("\n");
}

function listed(lines: readonly string[], more = 0): string[] {
  const rest = lines.length - SHOWN + more;
  return [...lines.slice(0, SHOWN), ...(rest > 0 ? [`and ${formatCount(rest)} more`] : [])];
}

function rangeText({ after, before, filled = 0 }: LostRange): string {
  const where = [
    ...(after === undefined ? [] : [`after ${safe(after)}`]),
    ...(before === undefined ? [] : [`before ${safe(before)}`]),
  ].join(" and ");
  const what = where === "" ? "all of it" : `what was ${where}`;
  return filled === 0
    ? `lost, as far as there was any: ${what}`
    : `not led to any more: ${what}; ${formatCounted(filled, "record")} of it ${filled === 1 ? "was" : "were"} found`;
}
