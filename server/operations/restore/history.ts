// Lists the restores that have changed the databases, from the notes of all databases, and says whether each can be taken back.

import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { RestoreRun } from "../../records/reports.js";
import type { RestoreNote } from "../../storage/notes/restore-history.js";

/** The restores that one database has noted. */
export interface DatabaseHistory {
  /** Oldest first. */
  notes: readonly RestoreNote[];
  /** The names of existing undo files; undefined if their directory can't be read. */
  files: Pick<ReadonlySet<string>, "has"> | undefined;
}

export type Histories = ReadonlyMap<DatabaseKind, DatabaseHistory>;

export const notesIn = (histories: Histories): (readonly RestoreNote[])[] =>
  [...histories.values()].map(({ notes }) => notes);

/** Newest first. */
export const restoreRuns = (histories: Histories): RestoreRun[] =>
  newestFirst(notesIn(histories)).map((first) => runOf(first, histories));

/**
 * Takes one note of each run, and orders the runs. Each database knows the order of its restores, whatever the clock said. The
 * numbers of runs order restores that share no database.
 */
function newestFirst(histories: readonly (readonly RestoreNote[])[]): RestoreNote[] {
  const left = histories.map((notes) => notes.map((note) => note));
  const ordered: RestoreNote[] = [];
  for (;;) {
    const newest = left.flatMap((notes) => notes.at(-1) ?? []).sort(byNumber);
    const isLast = ({ run }: RestoreNote) =>
      left.every((notes) => notes.every((note, n) => note.run !== run || n === notes.length - 1));
    // the orders of databases contradict each other where directories of several installations were put together
    const next = newest.find(isLast) ?? newest[0];
    if (!next) return ordered;
    ordered.push(next);
    for (const notes of left) {
      const at = notes.findIndex(({ run }) => run === next.run);
      if (at >= 0) notes.splice(at, 1);
    }
  }
}

/** Newest first. */
function byNumber(a: RestoreNote, b: RestoreNote): number {
  const byOrder = (b.order ?? 0) - (a.order ?? 0);
  return byOrder === 0 ? Date.parse(b.at) - Date.parse(a.at) : byOrder;
}

function runOf({ run, at, by, mode, of, undoes }: RestoreNote, histories: Histories): RestoreRun {
  const databases: RestoreRun["databases"] = [];
  const problems: string[] = [];
  const undoneBy = new Set<string>();
  let isUndone = true;
  for (const database of BACKUP_ORDER) {
    const { notes = [], files } = histories.get(database) ?? {};
    const note = notes.find((one) => one.run === run);
    if (!note) continue;
    const { source, setId, createdAt, selected, kinds, undoFile } = note;
    databases.push({
      database,
      kinds,
      ...(source === undefined ? {} : { source }),
      ...(setId === undefined ? {} : { setId }),
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(selected === undefined ? {} : { selected }),
    });
    if (undoFile === undefined) problems.push(`${database} was restored without an undo file`);
    else if (!files) problems.push(`the directory of ${database}'s undo files can't be read`);
    else if (!files.has(undoFile))
      problems.push(`the undo file of ${database} is not kept any more`);
    const by = undoOf(run, notes);
    if (by) undoneBy.add(by.run);
    else isUndone = false;
  }
  const open = of.filter((kind) => !databases.some(({ database }) => database === kind));
  return {
    run,
    at,
    by,
    mode,
    databases,
    ...(open.length > 0 ? { notRestored: open } : {}),
    ...(undoes === undefined ? {} : { undoes }),
    ...(isUndone ? { undoneBy: [...undoneBy].join(", ") } : {}),
    canUndo: problems.length === 0,
    ...(problems.length > 0 ? { whyNot: problems.join("; ") } : {}),
  };
}

/** The undo of a run that wasn't taken back itself. */
function undoOf(run: string, notes: readonly RestoreNote[]): RestoreNote | undefined {
  return notes.findLast((one) => one.undoes === run && undoOf(one.run, notes) === undefined);
}

/** The run that an undo takes back by default: the newest restore that wasn't taken back. */
export const newestToUndo = (runs: readonly RestoreRun[]): RestoreRun | undefined =>
  runs.find(({ mode, undoneBy }) => mode !== "undo" && undoneBy === undefined);

/** Later runs that have changed one of the run's databases. */
export function laterRuns(
  { run, databases }: RestoreRun,
  runs: readonly RestoreRun[],
): RestoreRun[] {
  const kinds = databases.map(({ database }) => database);
  const at = runs.findIndex((one) => one.run === run);
  return runs
    .slice(0, at)
    .filter((one) => one.databases.some(({ database }) => kinds.includes(database)));
}
