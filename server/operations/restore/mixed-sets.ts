// Snapshots that are restored together, and weren't made together.

import type { DatabaseKind } from "../../records/kinds.js";

/** A sentence, if snapshots of several instants are among these; FlowG's own files don't say of which they are. */
export function mixedSets(
  snapshots: readonly {
    database: DatabaseKind;
    setId?: string | undefined;
    createdAt?: string | undefined;
  }[],
): string[] {
  const known = snapshots.filter(({ setId }) => setId !== undefined);
  if (new Set(known.map(({ setId }) => setId)).size < 2) return [];
  const parts = known.map(({ database, createdAt }) => `${database} of ${createdAt}`);
  return [`the snapshots are not of one instant: ${parts.join(", ")}`];
}
