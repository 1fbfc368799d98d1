// Tells people what a prune removed.

import type { Amount } from "../../../server/repository/places/amount.js";
import type { PruneReport } from "../../../server/repository/prune/prune.js";
import { formatBytes, formatCounted } from "../format.js";
import { safe } from "../safe.js";

export function pruneText({
  dryRun,
  snapshots,
  named,
  young,
  locked,
  removed,
  deltas,
}: PruneReport): string {
  const needs = snapshots === 1 ? "needs" : "need";
  const kept = `${formatCounted(snapshots, "snapshot")} ${needs} ${of(named)}`;
  const waits = young.objects === 0 ? "" : `; ${of(young)} too young to go`;
  const holds =
    locked.objects === 0
      ? ""
      : `; ${of(locked)} locked, the last until ${safe(locked.until ?? "")}`;
  const since = deltas.objects === 0 ? "" : `; ${formatCounted(deltas.objects, "delta")} kept`;
  return `${of(removed)} ${dryRun ? "would be removed" : "removed"}; ${kept}${waits}${holds}${since}`;
}

const of = ({ objects, bytes }: Amount): string =>
  `${formatCounted(objects, "object")} (${formatBytes(bytes)})`;
