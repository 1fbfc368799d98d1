// The report of a backup, for people.

import type { BackupReport, LeftOut } from "../../../server/records/reports.js";
import { formatBytes, formatCount, formatCounted, formatDuration, formatRatio } from "../format.js";
import { safe } from "../safe.js";
import { table } from "../table.js";
import { wrap } from "../wrap.js";

export function backupText(report: BackupReport, width = Number.POSITIVE_INFINITY): string {
  const rows = report.snapshots.map((snapshot) => [
    snapshot.database,
    snapshot.path,
    ...sizes(snapshot.entries, snapshot.bytes, snapshot.rawBytes),
  ]);
  const sum = (key: "entries" | "bytes" | "rawBytes") =>
    report.snapshots.reduce((total, snapshot) => total + snapshot[key], 0);
  rows.push(["total", report.directory, ...sizes(sum("entries"), sum("bytes"), sum("rawBytes"))]);
  const columns = [
    "Database",
    "File",
    { header: "Records", align: "right" as const },
    { header: "Size", align: "right" as const },
    { header: "Ratio", align: "right" as const },
  ];
  const how = `${formatCounted(report.snapshots.length, "database")} backed up and verified`;
  const missing = ["auth", "config", "logs"].filter(
    (kind) => !report.snapshots.some(({ database }) => database === kind),
  );
  const has = report.snapshots.map(({ database }) => database).join(",");
  return [
    table(columns, rows, width),
    ...(missing.length > 0
      ? [
          `without ${missing.join(" and ")}: restore it with --only ${has}, verify it with --allow-partial`,
        ]
      : []),
    wrap(
      `${how} in ${formatDuration(report.seconds)} (as of ${safe(report.createdAt)}, set ${safe(report.setId)})`,
      width,
      0,
    ),
  ].join("\n");
}

/** Says what is missing from a backup: how many records, and the first of them. */
export function leftOutText(database: string, { records, items, problems }: LeftOut): string {
  const more = records > items.length ? [`and ${formatCount(records - items.length)} more`] : [];
  const found = [...items, ...more, ...problems].map(safe).join(", ");
  return `the ${database} database is damaged: its backup is without ${formatCounted(records, "record")}: ${found}`;
}

function sizes(entries: number, bytes: number, rawBytes: number): string[] {
  return [formatCount(entries), formatBytes(bytes), formatRatio(rawBytes / bytes)];
}
