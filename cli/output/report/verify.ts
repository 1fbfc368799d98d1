// The report of a verification, for people.

import type { SourceFormat, VerifyReport } from "../../../server/records/reports.js";
import { formatBytes, formatCount, formatCounted, formatDuration } from "../format.js";
import { table } from "../table.js";

export const FORMAT_NAMES: Readonly<Record<SourceFormat, string>> = {
  snapshot: "snapshot",
  "flowg-badger": "FlowG backup (BadgerDB stream)",
  "flowg-config-archive": "FlowG config backup (tar.gz)",
};

export function verifyText(
  files: readonly VerifyReport[],
  bad: readonly { path: string }[] = [],
  width?: number,
): string {
  return reportText({ what: "file", files, bad }, width);
}

/** The report on the databases of one snapshot in a repository. */
export function snapshotVerifyText(
  files: readonly VerifyReport[],
  bad: readonly { path: string; database: string }[],
  width?: number,
): string {
  return reportText({ what: "database", files, bad }, width);
}

interface Verified {
  what: string;
  files: readonly VerifyReport[];
  bad: readonly { path: string; database?: string }[];
}

function reportText({ what, files, bad }: Verified, width: number | undefined): string {
  const rows = files.map((file) => [
    file.path,
    file.database,
    formatCount(file.entries),
    formatBytes(file.bytes),
    file.createdAt ?? "-",
    FORMAT_NAMES[file.format],
  ]);
  rows.push(...bad.map(({ path, database = "-" }) => [path, database, "-", "-", "-", "BAD"]));
  rows.sort(([a = ""], [b = ""]) => (bad.length > 0 && a !== b ? (a < b ? -1 : 1) : 0));
  const columns = [
    what === "file" ? "File" : "Snapshot",
    "Database",
    { header: "Records", align: "right" as const },
    { header: "Size", align: "right" as const },
    "Created",
    "Format",
  ];
  const seconds = files.reduce((sum, file) => sum + file.seconds, 0);
  const of = bad.length > 0 ? `${formatCount(files.length)} of ` : "";
  const counted = `${of}${formatCounted(files.length + bad.length, what)}`;
  return [table(columns, rows, width), `${counted} verified in ${formatDuration(seconds)}`].join(
    "\n",
  );
}
