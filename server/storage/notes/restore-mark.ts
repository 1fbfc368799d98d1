// A restore leaves its mark in each database, in the transaction that changes it: the run, and the databases that the run
// was to change. So the next run can tell that an earlier one was cut between two.

import type { DatabaseKind } from "../../records/kinds.js";
import type { Instant, SideTables } from "../tables.js";
import { RESTORE_MARK_KEY } from "./last-restore.js";

/** One run of a restore. */
export interface RestoreRun {
  /** UUID. */
  run: string;
  /** When it began, RFC 3339. */
  at: string;
  /** A number above that of every earlier run. Marks of earlier versions lack it. */
  order?: number;
  /** All databases that the run was to change, in order. */
  of: DatabaseKind[];
}

export interface RestoreMark extends RestoreRun {
  /** Set by a run that restores only a part, and so completes no other run. */
  part?: true;
  /** The run that it takes back. Whether that one was cut no longer matters. */
  undoes?: string;
  /** Set in each of them once all are done. */
  complete?: true;
  /** Earlier runs that had changed this database and are not known to have changed all of theirs. */
  earlier?: RestoreRun[];
}

/** Only inside a write transaction. Runs that were to change more than this one, and may have been cut, are kept. */
export function writeMark(tables: Pick<SideTables, "local">, mark: RestoreMark): void {
  const earlier = unfinished(knownMark(tables)).filter(
    ({ run, of }) =>
      run !== mark.run &&
      run !== mark.undoes &&
      (mark.part || !of.every((kind) => mark.of.includes(kind))),
  );
  const written: RestoreMark = earlier.length > 0 ? { ...mark, earlier } : mark;
  tables.local.put(RESTORE_MARK_KEY, Buffer.from(JSON.stringify(written)));
}

export function readMark(instant: Pick<Instant, "local">): RestoreMark | undefined {
  const bytes = instant.local.get(RESTORE_MARK_KEY);
  return bytes ? (JSON.parse(bytes.toString()) as RestoreMark) : undefined;
}

/** The same for a run that replaces the mark, or only reports it. A damaged mark counts as none. */
export function knownMark(instant: Pick<Instant, "local">): RestoreMark | undefined {
  return isMarkDamaged(instant) ? undefined : readMark(instant);
}

export const isMarkDamaged = ({ local }: Pick<Instant, "local">): boolean =>
  local.find(RESTORE_MARK_KEY)?.isWhole === false;

/** The runs of a mark that may have been cut. */
function unfinished(mark: RestoreMark | undefined): RestoreRun[] {
  if (!mark) return [];
  const { run, at, order, of, complete, earlier = [] } = mark;
  const own = { run, at, of, ...(order === undefined ? {} : { order }) };
  return complete ? earlier : [own, ...earlier];
}

/** Compares by the clock only where an earlier version has made one of them. */
function isLater(one: RestoreRun, other: RestoreRun): boolean {
  if (one.order === undefined || other.order === undefined) return one.at > other.at;
  return one.order > other.order;
}

/**
 * A sentence for each earlier run that was cut, from the marks of the databases at hand.
 * @param marks of all databases; undefined where a mark or the database is missing
 */
export function cutRuns(marks: ReadonlyMap<DatabaseKind, RestoreMark | undefined>): string[] {
  const notes = new Map<string, string>();
  const has = (kind: DatabaseKind, run: string) => {
    const mark = marks.get(kind);
    return mark?.run === run || (mark?.earlier?.some((other) => other.run === run) ?? false);
  };
  for (const one of [...marks.values()].flatMap(unfinished)) {
    const { run, at, of } = one;
    if (notes.has(run)) continue;
    const done = of.filter((kind) => has(kind, run));
    const open = of.filter((kind) => {
      // left out where a later run has changed the database since
      const mark = marks.get(kind);
      return !has(kind, run) && !(mark && !mark.part && isLater(mark, one));
    });
    if (open.length > 0) {
      notes.set(
        run,
        `an earlier restore (begun ${at}) was cut, or is still under way: it had done ${done.join(", ")}, but not ${open.join(", ")}`,
      );
    }
  }
  return [...notes.values()];
}
