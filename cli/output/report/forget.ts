// Tells people what forget removed, what it kept, and why.

import type { ForgetReport } from "../../../server/operations/repository/forget.js";
import { formatCounted } from "../format.js";
import { safe } from "../safe.js";
import { table } from "../table.js";
import { pruneText } from "./prune.js";

export function forgetText(report: ForgetReport, width?: number): string {
  const { dryRun, groups, locked, prune } = report;
  const parts = groups.map((group) => {
    const rows = [
      ...group.kept.map((one) => ({ one, what: one.reasons.join(", ") })),
      ...group.forgotten.map((one) => ({ one, what: dryRun ? "WOULD GO" : "REMOVED" })),
    ]
      .sort((a, b) => (a.one.createdAt < b.one.createdAt ? 1 : -1))
      .map(({ one, what }) => [
        one.id.slice(0, 8),
        one.createdAt.replace(/\.\d+Z$/, "Z"),
        one.host || "-",
        one.tags.join(",") || "-",
        what,
      ]);
    const list = table(["Snapshot", "Created", "Host", "Tags", "Kept by"], rows, width);
    return group.name === "" ? list : `${safe(group.name)}:\n${list}`;
  });
  const forgotten = groups.reduce((sum, group) => sum + group.forgotten.length, 0);
  const kept = groups.reduce((sum, group) => sum + group.kept.length, 0);
  const gone = formatCounted(forgotten, "snapshot");
  parts.push(
    `${gone} ${dryRun ? "would be removed" : "removed"}${kept > 0 ? `, ${kept} kept` : ""}`,
  );
  if (locked.snapshots > 0) {
    const stay = locked.snapshots === 1 ? "stays: it is locked" : "stay: they are locked, the last";
    parts.push(`${formatCounted(locked.snapshots, "snapshot")} ${stay} until ${locked.until}`);
  }
  if (prune) parts.push(pruneText(prune));
  return parts.join("\n");
}
