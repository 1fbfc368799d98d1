// The directory of undo files beside a database. Each file holds what one restore has changed in that database, and is sealed.
// The note of the restore names its file. So a file that no note names belongs to a restore that never committed.
//
//     DIR/undo/20261129T005812345Z-RUN.undo       0600

import { readdirSync, rmSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../../platform/errors.js";
import type { Database } from "../../storage/database.js";
import { undoFilesNoted } from "../../storage/notes/restore-history.js";
import type { RestoreMark } from "../../storage/notes/restore-mark.js";

export const undoDirectory = (dir: string): string => join(dir, "undo");

export const undoFileName = ({ run, at }: Pick<RestoreMark, "run" | "at">): string =>
  `${at.replace(/[-:.]/g, "")}-${run}.undo`;

const UNDO_FILE = /^\d{8}T\d{6}(\d{3})?Z-[0-9a-f-]{36}\.undo$/;

/** When the restore of an undo file began, by the clock at that time. @param name `20261129T005812345Z-…` */
export function undoFileTime(name: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(name) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

export type UndoFiles = Map<string, { bytes: number }>;

/** The existing files; undefined if they can't be read. */
export async function undoFiles(dir: string): Promise<UndoFiles | undefined> {
  const files: UndoFiles = new Map();
  const names = namesIn(dir);
  if (!names) return undefined;
  for (const name of names) {
    try {
      const found = await stat(join(undoDirectory(dir), name));
      // reading a pipe would never end
      if (found.isFile()) files.set(name, { bytes: found.size });
    } catch (error) {
      if (systemCode(error) !== "ENOENT") return undefined;
    }
  }
  return files;
}

/** Whether there may be undo files. */
export const mayHaveUndoFiles = (dir: string): boolean => namesIn(dir)?.length !== 0;

/** Undefined where the directory can't be read: it may be another user's. */
function namesIn(dir: string): string[] | undefined {
  try {
    return readdirSync(undoDirectory(dir)).filter((name) => UNDO_FILE.test(name));
  } catch (error) {
    // no undo file was ever kept
    return systemCode(error) === "ENOENT" ? [] : undefined;
  }
}

/**
 * Removes the files of restores that never committed. It looks again inside a transaction, because a restore holds the write
 * lock between naming its file and noting it.
 */
export async function sweepUndo(database: Database): Promise<void> {
  const left = (noted: ReadonlySet<string> | undefined) =>
    noted ? (namesIn(database.dir) ?? []).filter((name) => !noted.has(name)) : [];
  if (left(await database.read(undoFilesNoted)).length === 0) return;
  await database.change((changes) => {
    for (const name of left(undoFilesNoted(changes))) removeNow(undoDirectory(database.dir), name);
  });
}

function removeNow(directory: string, name: string): void {
  try {
    rmSync(join(directory, name), { force: true });
  } catch {
    // the next run tries again
  }
}
