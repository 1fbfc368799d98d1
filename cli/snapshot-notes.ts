// Notes which databases a directory of snapshots lacks.

import { BACKUP_ORDER } from "../server/records/backup-names.js";
import type { DatabaseKind } from "../server/records/kinds.js";

/** Returns a sentence where a directory holds snapshots of only some databases: a restore of all would refuse it. */
export function missingDatabases(
  snapshots: readonly { database: DatabaseKind; path: string }[],
  given: string,
): string[] {
  const isFile = snapshots.length === 1 && snapshots[0]?.path === given;
  const missing = BACKUP_ORDER.filter(
    (kind) => !snapshots.some(({ database }) => database === kind),
  );
  if (isFile || missing.length === 0) return [];
  return [`${given} holds no snapshot of ${missing.join(", ")}`];
}
