// Tells people what a compaction has given back.

import type { CompactedDatabase } from "../../../server/records/reports.js";
import { formatBytes, formatDuration } from "../format.js";
import { right, table } from "../table.js";

export function compactText(databases: readonly CompactedDatabase[], width?: number): string {
  const rows = databases.map(({ database, bytesBefore, bytesAfter, rewritten }) => [
    database,
    formatBytes(bytesBefore),
    formatBytes(bytesAfter),
    rewritten ? formatBytes(bytesBefore - bytesAfter) : "nothing to gain",
  ]);
  const columns = ["Database", right("Before"), right("After"), right("Given back")];
  const gained = databases.reduce((sum, one) => sum + one.bytesBefore - one.bytesAfter, 0);
  const seconds = databases.reduce((sum, one) => sum + one.seconds, 0);
  const outcome =
    gained > 0
      ? `${formatBytes(gained)} given back in ${formatDuration(seconds)}`
      : "nothing was rewritten";
  return [table(columns, rows, width), outcome].join("\n");
}
