// The plan that all restores of several databases share: their order, whether the snapshots belong together, and the message if
// the run is cut between two databases. Each database changes as a whole, so only the set can be cut.

import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";

/** Puts the databases into the order of a restore; all three if `only` is absent. */
export const restoreOrder = (only?: readonly DatabaseKind[]): DatabaseKind[] =>
  BACKUP_ORDER.filter((kind) => only?.includes(kind) ?? true);

/** Gives a sentence if the snapshots are of several instants. FlowG's own files don't say, and are ignored. */
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
  /** The text for the message. */
  text: string;
  /** The error's details. */
  details: { restored: DatabaseKind[]; notRestored: DatabaseKind[] };
}

/** A restore of several databases, or an undo of one. */
export interface SetRun {
  /** All databases that the run is to change. */
  of: readonly DatabaseKind[];
  /** The run that an undo takes back. */
  undoes?: string | undefined;
}

export const doneWord = ({ undoes }: Pick<SetRun, "undoes">): string =>
  undoes === undefined ? "restored" : "taken back";

/**
 * Tells how far a run had come when it failed.
 * @param restored the databases that have changed
 */
export function howFar(restored: readonly DatabaseKind[], run: SetRun): HowFar {
  const open = run.of.filter((kind) => !restored.includes(kind));
  const word = doneWord(run);
  return {
    text:
      restored.length === 0
        ? `nothing was ${word}`
        : `${word}: ${restored.join(", ")}; not ${word}: ${open.join(", ")}`,
    details: { restored: [...restored], notRestored: open },
  };
}

/** Tells how to run it again. An undo must name its restore, or it would take back an older one. */
export const howToRunAgain = ({ undoes }: Pick<SetRun, "undoes">): string =>
  undoes === undefined ? "run it again" : `undo ${undoes} again`;

/** @param code the code of the error that cut the run */
export const howToComplete = (code: string, run: Pick<SetRun, "undoes">): string =>
  `each database is whole: ${code === "DISK_FULL" ? "free some space, and " : ""}${howToRunAgain(run)} to complete it`;
