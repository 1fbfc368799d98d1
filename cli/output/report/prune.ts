// Tells people what a prune removed.

import type { Amount, PruneReport } from "../../../server/repository/prune/prune.js";
import { formatBytes, formatCounted } from "../format.js";

export function pruneText({ dryRun, snapshots, named, young, removed }: PruneReport): string {
  const kept = `${formatCounted(snapshots, "snapshot")} need ${of(named)}`;
  const waits = young.objects === 0 ? "" : `; ${of(young)} too young to go`;
  return `${of(removed)} ${dryRun ? "would be removed" : "removed"}; ${kept}${waits}`;
}

const of = ({ objects, bytes }: Amount): string =>
  `${formatCounted(objects, "object")} (${formatBytes(bytes)})`;
