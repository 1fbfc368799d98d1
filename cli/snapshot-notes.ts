// Snapshots that belong together, or don't, or are too few.

import type { DatabaseKind } from "../server/database/kinds.js";
import { KINDS } from "./backup-files.js";

/** A sentence, if snapshots of several instants are among these; FlowG's own files don't say of which they are. */
export function mixedSets(
  snapshots: readonly { database: DatabaseKind; setId?: string; createdAt?: string }[],
): string[] {
  const known = snapshots.filter(({ setId }) => setId !== undefined);
  if (new Set(known.map(({ setId }) => setId)).size < 2) return [];
  const parts = known.map(({ database, createdAt }) => `${database} of ${createdAt}`);
  return [`the snapshots are not of one instant: ${parts.join(", ")}`];
}

/** A sentence, if a directory holds snapshots of some databases only: a restore of all would refuse it. */
export function missingDatabases(
  snapshots: readonly { database: DatabaseKind; path: string }[],
  given: string,
): string[] {
  const isFile = snapshots.length === 1 && snapshots[0]?.path === given;
  const missing = KINDS.filter((kind) => !snapshots.some(({ database }) => database === kind));
  if (isFile || missing.length === 0) return [];
  return [`${given} holds no snapshot of ${missing.join(", ")}`];
}
