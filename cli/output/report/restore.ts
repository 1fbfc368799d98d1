// The report of a restore or of its dry run, for people.

import type { KindCounts, RestoreReport } from "../../../server/records/reports.js";
import { formatCount, formatCounted, formatDuration } from "../format.js";
import { safe } from "../safe.js";
import { table } from "../table.js";
import { wrap } from "../wrap.js";

const COUNTS = [
  "added",
  "overwritten",
  "unchanged",
  "kept",
  "removed",
] as const satisfies readonly (keyof KindCounts)[];

/** @param undo the command that takes it back, if that needs more than the run */
export function restoreText(
  report: RestoreReport,
  width = Number.POSITIVE_INFINITY,
  undo = `flowg admin undo ${report.run}`,
): string {
  const rows = report.databases.flatMap(({ database, kinds }) => {
    const entries = Object.entries(kinds);
    // an empty snapshot was restored into an empty database
    if (entries.length === 0) return [[database, "-", ...COUNTS.map(() => "0")]];
    return entries.map(([kind, counts]) => [
      database,
      kind,
      ...COUNTS.map((name) => formatCount(counts[name])),
    ]);
  });
  const columns = [
    "Database",
    "Kind",
    ...COUNTS.map((name) => ({ header: capital(name), align: "right" as const })),
  ];
  const sources = report.databases.map(
    ({ database, source, createdAt, mode }) =>
      `${database}: ${mode === "replace" ? "replaced by" : "merged with"} ${safe(source)}${createdAt ? `, made ${safe(createdAt)}` : ""}`,
  );
  const selected = report.databases.flatMap(({ selected = [] }) => selected.map(safe));
  const left = (report.left ?? []).map(
    ({ database, records }) =>
      `${database}: left as it is, with ${formatCounted(records, "record")}`,
  );
  const count = formatCounted(report.databases.length, "database");
  return [
    ...(rows.length > 0 ? [table(columns, rows, width)] : []),
    ...(selected.length > 0 ? [wrap(`only ${selected.join(" and ")}`, width, 0)] : []),
    ...(report.dryRun ? [] : sources.map((line) => wrap(line, width, 0))),
    ...left,
    report.dryRun
      ? "dry run: nothing was written"
      : report.databases.length === 0
        ? "nothing to restore"
        : `${count} restored in ${formatDuration(report.seconds)}`,
    ...(report.run === undefined ? [] : [`to take it back: ${safe(undo)}`]),
  ].join("\n");
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
