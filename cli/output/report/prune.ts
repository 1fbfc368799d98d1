// Tells people what a prune removed.

import type { Amount, PruneReport } from "../../../server/repository/prune/prune.js";
import { formatBytes, formatCounted } from "../format.js";
import { safe } from "../safe.js";

export function pruneText({
  dryRun,
  snapshots,
  named,
  young,
  locked,
  removed,
}: PruneReport): string {
  const kept = `${formatCounted(snapshots, "snapshot")} need ${of(named)}`;
  const waits = young.objects === 0 ? "" : `; ${of(young)} too young to go`;
  const holds =
    locked.objects === 0
      ? ""
      : `; ${of(locked)} locked, the last until ${safe(locked.until ?? "")}`;
  return `${of(removed)} ${dryRun ? "would be removed" : "removed"}; ${kept}${waits}${holds}`;
}

const of = ({ objects, bytes }: Amount): string =>
  `${formatCounted(objects, "object")} (${formatBytes(bytes)})`;
