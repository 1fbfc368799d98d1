// The report of a backup into repositories, and the list of their snapshots, for people.

import type {
  RepositoryBackupReport,
  SnapshotLock,
  SnapshotsReport,
} from "../../../server/records/repository-reports.js";
import { formatBytes, formatCount, formatCounted, formatDuration } from "../format.js";
import { safe } from "../safe.js";
import { right, table } from "../table.js";

export function repositoryBackupText(report: RepositoryBackupReport, width?: number): string {
  const databases = report.databases.map((one) => [
    one.database,
    formatCount(one.entries),
    formatBytes(one.rawBytes),
    formatCount(one.entriesRead),
  ]);
  const places = report.repositories.map((one) =>
    "failed" in one
      ? [one.place, "FAILED", "-", "-", "-"]
      : [
          one.place,
          formatCount(one.newSegments),
          formatBytes(one.newBytes + one.manifestBytes),
          formatCount(one.reusedSegments),
          formatBytes(one.reusedBytes),
        ],
  );
  const locks = report.repositories.flatMap((one) =>
    "lock" in one && one.lock ? [lockText(one.place, one.lock)] : [],
  );
  const stored = ["New segments", "Stored", "Kept segments", "Kept"].map(right);
  return [
    table(["Database", ...["Records", "Size", "Read"].map(right)], databases, width),
    "",
    table(["Repository", ...stored], places, width),
    `snapshot ${report.setId} of ${safe(report.createdAt)}, in ${formatDuration(report.seconds)}`,
    ...locks,
  ].join("\n");
}

function lockText(place: string, { mode, until, renewed, inOtherMode }: SnapshotLock): string {
  const longer = renewed > 0 ? `; ${formatCounted(renewed, "older lock")} renewed` : "";
  const other = inOtherMode > 0 ? ` (${formatCount(inOtherMode)} in the other mode)` : "";
  return `locked in ${safe(place)} until ${until} (${mode})${longer}${other}`;
}

/** Whether installations share a host name: only then people need their ids. */
const hasNamesakes = (snapshots: SnapshotsReport["snapshots"]): boolean => {
  const of = new Map<string, string>();
  return snapshots.some(({ host = "", installation }) => {
    if (installation === undefined) return false;
    const other = of.get(host);
    of.set(host, installation);
    return other !== undefined && other !== installation;
  });
};

export function snapshotsText(reports: readonly SnapshotsReport[], width?: number): string {
  return reports
    .map(({ place, snapshots, unreadable, newestDelta }) => {
      const tellsApart = hasNamesakes(snapshots);
      const rows = snapshots.map(({ setId, createdAt, host, tags, verifiedAt, ...one }) => [
        setId.slice(0, 8),
        createdAt,
        safe(host ?? "-"),
        ...(tellsApart ? [safe(one.installation?.slice(0, 8) ?? "-")] : []),
        safe(tags?.join(",") || "-"),
        safe(verifiedAt?.slice(0, 10) ?? "-"),
        ...(["auth", "config", "logs"] as const).map((kind) => {
          const found = one.databases?.[kind];
          return found ? formatCount(found.entries) : "-";
        }),
        one.databases
          ? formatBytes(Object.values(one.databases).reduce((sum, of) => sum + of.storedBytes, 0))
          : "-",
      ]);
      const installation = tellsApart ? ["Installation"] : [];
      const columns = ["Snapshot", "Of", "Host", ...installation, "Tags", "Verified"];
      const counts = ["Auth", "Config", "Logs", "Size"].map(right);
      const heads = [...columns, ...counts];
      for (const { setId, createdAt } of unreadable) {
        const told = [setId.slice(0, 8), createdAt, "UNREADABLE"];
        rows.push(heads.map((_, index) => told[index] ?? "-"));
      }
      return [
        table(heads, rows, width),
        `${formatCounted(snapshots.length, "snapshot")} in ${safe(place)}${lockedText(snapshots)}${newestDelta === undefined ? "" : `; deltas up to ${safe(newestDelta)}`}`,
      ].join("\n");
    })
    .join("\n\n");
}

/** Counts the locks by the manifests. Only a check asks the store itself. */
function lockedText(snapshots: SnapshotsReport["snapshots"]): string {
  const now = new Date().toISOString();
  const ends = snapshots.flatMap(({ objectLock }) => objectLock?.until ?? []);
  const locked = ends.filter((until) => until > now).sort();
  return locked.length === 0
    ? ""
    : `; ${formatCount(locked.length)} locked, the last until ${safe(locked.at(-1) ?? "")}`;
}
