// Tells people what was put back into a repository.

import type { ReviveReport } from "../../../server/core.js";
import { formatBytes, formatCounted } from "../format.js";
import { safe } from "../safe.js";

export function reviveText({ place, dryRun, removed, overwritten }: ReviveReport): string {
  const done = dryRun ? "would be put back" : "put back";
  const parts = [
    [removed, "removed since"],
    [overwritten, "overwritten since"],
  ] as const;
  const told = parts
    .filter(([{ objects }]) => objects > 0)
    .map(
      ([{ objects, bytes }, how]) =>
        `${formatCounted(objects, "object")} ${how} (${formatBytes(bytes)})`,
    );
  const what =
    told.length === 0
      ? "nothing was removed or overwritten since"
      : `${told.join(" and ")} ${done}`;
  return `${safe(place)}: ${what}`;
}
