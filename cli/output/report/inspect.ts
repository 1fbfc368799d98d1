// Tells people what is inside a snapshot.

import type { InspectReport } from "../../../server/records/reports.js";
import { formatBytes, formatCount, formatCounted, formatRatio } from "../format.js";
import { safe } from "../safe.js";
import { right, table } from "../table.js";
import { wrap } from "../wrap.js";
import { FORMAT_NAMES } from "./verify.js";

export function inspectText(report: InspectReport, width?: number): string {
  const parts = [facts(report, width)];
  const kinds = Object.entries(report.kinds).map(([kind, count]) => [kind, formatCount(count)]);
  if (kinds.length > 0) parts.push(table(["Kind", right("Records")], kinds, width));
  if (report.streams.length > 0) parts.push(streams(report, width));
  return parts.join("\n\n");
}

function facts(report: InspectReport, width = Number.POSITIVE_INFINITY): string {
  const isOurs = report.format === "snapshot";
  const size = isOurs
    ? `${formatBytes(report.bytes)} (${formatBytes(report.rawBytes)} before compression, ${formatRatio(report.ratio)})`
    : formatBytes(report.bytes);
  const rows: [string, string | undefined][] = [
    ["File", report.path],
    ["Format", FORMAT_NAMES[report.format]],
    ["Database", report.database],
    ["Created", report.createdAt],
    ["Made by", producer(report.header)],
    ["Set", report.setId],
    ["Size", size],
    ["Records", records(report)],
    ["SHA-256", report.sha256 && `${report.sha256} (up to the seal)`],
    ["sha256sum", report.fileSha256],
  ];
  return rows
    .filter((row): row is [string, string] => row[1] !== undefined)
    .map(([name, value]) => `${`${name}:`.padEnd(11)}${wrap(safe(value), width, 11)}`)
    .join("\n");
}

function records({ entries, blocks, format }: InspectReport): string {
  // FlowG's own files have no blocks, and the count is of their translation
  return blocks > 0 && format === "snapshot"
    ? `${formatCount(entries)} in ${formatCounted(blocks, "block")}`
    : formatCount(entries);
}

/** The header's `producer`, if it is a text. */
function producer(header: Record<string, unknown> | undefined): string | undefined {
  return typeof header?.producer === "string" ? header.producer : undefined;
}

function streams(report: InspectReport, width?: number): string {
  const rows = report.streams.map((stream) => [
    stream.name,
    formatCount(stream.entries),
    formatBytes(stream.bytes),
    stream.oldest ?? "-",
    stream.newest ?? "-",
  ]);
  return table(["Stream", right("Entries"), right("Bytes"), "Oldest", "Newest"], rows, width);
}
