// Finds the run to take back, and its undo files.

import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { RestoreRun } from "../../records/reports.js";
import { type Histories, laterRuns, newestToUndo, restoreRuns } from "./history.js";
import { undoDirectory } from "./undo-directory.js";
import type { UndoFileAt } from "./undo-source.js";

export interface RunToUndo {
  run: RestoreRun;
  /** The files in the order of a restore. */
  files: UndoFileAt[];
  /** What a person should know. */
  notes: string[];
}

export interface WhichRun {
  /** The run to take back; if absent, the newest that wasn't taken back. */
  run?: string | undefined;
  dirs: Readonly<Record<DatabaseKind, string>>;
  /** Whether the caller may learn the paths of files. */
  tellsPaths: boolean;
}

/** @throws NOT_FOUND, REFUSED */
export function runToUndo(
  histories: Histories,
  { run: id, dirs, tellsPaths }: WhichRun,
): RunToUndo {
  const runs = restoreRuns(histories);
  const run = id === undefined ? newestToUndo(runs) : runs.find((one) => one.run === id);
  if (!run) throw noRun(id, runs);
  if (!run.canUndo) {
    throw new FlowgError("REFUSED", `the restore ${run.run} can't be taken back: ${run.whyNot}`, {
      hint:
        "restore a backup from before that restore, or name another restore: flowg admin history " +
        "lists them",
    });
  }
  const files = run.databases.map(({ database: kind }) => {
    const note = histories.get(kind)?.notes.find((one) => one.run === run.run);
    const path = join(undoDirectory(dirs[kind]), note?.undoFile ?? "");
    const name = tellsPaths ? path : `the undo file of the ${kind} database`;
    return { kind, path, run: run.run, name };
  });
  return { run, files, notes: notesOn(run, runs, histories) };
}

function notesOn(run: RestoreRun, runs: readonly RestoreRun[], histories: Histories): string[] {
  const notes: string[] = [];
  if (run.undoneBy !== undefined) notes.push(`it was taken back before, by ${run.undoneBy}`);
  const since = laterRuns(run, runs);
  const cancelled = new Set([run.run, ...since.map(({ run: id }) => id)]);
  const later = since.filter(
    // a run that was taken back and its undo have changed nothing together
    ({ undoes, undoneBy }) =>
      undoneBy === undefined && !(undoes !== undefined && cancelled.has(undoes)),
  );
  if (later.length > 0) {
    const named = later.map(({ run: id, at }) => `${id} of ${at}`).join(", ");
    notes.push(`restores have come since: ${named}; what they changed counts as changed since`);
  }
  const left = run.notRestored ?? [];
  const cut = left.filter((kind) => histories.has(kind));
  if (cut.length > 0) notes.push(`that restore was cut: it had not come to ${cut.join(", ")}`);
  const missing = left.filter((kind) => !histories.has(kind));
  if (missing.length > 0) {
    notes.push(
      `that restore was also of ${missing.join(", ")}, of which no database is here: it lies elsewhere, or the restore had not come to it`,
    );
  }
  return notes;
}

function noRun(id: string | undefined, runs: readonly RestoreRun[]): FlowgError {
  const what =
    id !== undefined
      ? `no restore ${JSON.stringify(id)} is known`
      : runs.length > 0
        ? "no restore is left that was not taken back"
        : "no restore is known";
  return new FlowgError("NOT_FOUND", what, {
    hint: "list them: flowg admin history, in the API GET /api/v1/restores",
  });
}
