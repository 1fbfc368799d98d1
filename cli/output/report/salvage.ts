// Tells people what a salvage has saved and what is lost.

import type { LostRange, SalvageReport } from "../../../server/records/salvage-reports.js";
import { formatBytes, formatCounted, formatDuration } from "../format.js";
import { safe } from "../safe.js";

export function salvageText(report: SalvageReport): string {
  const { output, database, entries, blocks, bytes, whole, lost, copies, seconds } = report;
  const saved = `${formatCounted(entries, "record")} of ${database} saved in ${formatCounted(blocks, "block")}: ${safe(output)}, ${formatBytes(bytes)}, in ${formatDuration(seconds)}`;
  const from = copies.length > 1 ? copies.map(copyText) : [];
  const outcome = whole ? ["it is the whole snapshot"] : lost.ranges.map(rangeText);
  return [saved, ...from, ...outcome].join("\n");
}

function copyText({ path, blocks, header, seal }: SalvageReport["copies"][number]): string {
  const without = [...(header ? [] : ["header"]), ...(seal ? [] : ["seal"])];
  const lacks = without.length > 0 ? `, without its ${without.join(" and ")}` : "";
  return `from ${safe(path)}: ${formatCounted(blocks, "block")}${lacks}`;
}

function rangeText({ after, before, bytes }: LostRange): string {
  const where = [
    ...(after === undefined ? [] : [`after ${safe(after)}`]),
    ...(before === undefined ? [] : [`before ${safe(before)}`]),
  ].join(" and ");
  const much = bytes > 0 ? ` (${formatBytes(bytes)} of the file)` : "";
  return `lost: what was ${where || "in it"}${much}`;
}
