// A restore of several databases, as all ways of it plan it: in which order, whether the snapshots belong together, and
// what is said once it was cut between two. Each database changes as a whole; what can be cut is the set.

import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";

/** The databases in the order in which they are restored; all three unless some are named. */
export const restoreOrder = (only?: readonly DatabaseKind[]): DatabaseKind[] =>
  BACKUP_ORDER.filter((kind) => only?.includes(kind) ?? true);

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

export interface HowFar {
  /** For the message. */
  text: string;
  /** Of the error. */
  details: { restored: DatabaseKind[]; notRestored: DatabaseKind[] };
}

/** How far a restore had come that failed. @param of all that it was to restore */
export function howFar(restored: readonly DatabaseKind[], of: readonly DatabaseKind[]): HowFar {
  const open = of.filter((kind) => !restored.includes(kind));
  return {
    text:
      restored.length === 0
        ? "nothing was restored"
        : `restored: ${restored.join(", ")}; not restored: ${open.join(", ")}`,
    details: { restored: [...restored], notRestored: open },
  };
}

/** @param code of the error that cut it */
export const howToComplete = (code: string): string =>
  code === "DISK_FULL"
    ? "each database is whole: free some space, and run it again to complete it"
    : "each database is whole: run it again to complete it";
