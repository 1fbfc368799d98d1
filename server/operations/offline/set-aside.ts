// Moves damaged databases out of the way, so that a restore can make new ones in their place. It removes nothing: a salvage may
// still find in them what the backup lacks.

import { readdir, rename } from "node:fs/promises";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { flushDirectory } from "../../platform/files/flush-directory.js";
import { isThere } from "../../platform/files/is-there.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Engine } from "../../storage/engine.js";
import { undoDirectory } from "../restore/undo-directory.js";
import type { DatabaseDirs } from "./options.js";

/** Whether an error says that a database of ours is damaged, so that another may take its place. */
export const isDamage = (error: unknown): error is FlowgError =>
  error instanceof FlowgError &&
  (error.details.isDamaged === true || error.code === "DATABASE_DAMAGED");

/**
 * Moves the undo files along: they belong to the damaged database, not to the new one. They go first: a new database has no
 * note of them, and so the next run would sweep them.
 * @returns puts them back
 */
async function setUndoAside(dir: string, suffix: string): Promise<() => Promise<void>> {
  const path = undoDirectory(dir);
  if (!(await isThere(path))) return async () => {};
  const aside = `${path}.${suffix}`;
  await rename(path, aside).catch((cause) => {
    throw fileError(cause, "rename", path);
  });
  await flushDirectory(dir);
  return () => rename(aside, path);
}

/** Finds the suffix of a run that was killed between the two: undo files and their database have the same. */
async function cutSuffix(dir: string): Promise<string | undefined> {
  if (await isThere(undoDirectory(dir))) return undefined;
  const names = await readdir(dir).catch((): string[] => []);
  const ofDatabase = names.filter((name) => !name.startsWith("undo."));
  return names
    .flatMap((name) => /^undo\.(damaged-[\dTZ-]+)$/.exec(name)?.[1] ?? [])
    .find((suffix) => !ofDatabase.some((name) => name.endsWith(`.${suffix}`)));
}

export interface DamagedDatabases {
  dirs: DatabaseDirs;
  /** What is wrong with each. */
  faults: ReadonlyMap<DatabaseKind, FlowgError>;
  dryRun: boolean;
}

/**
 * Gives the files of damaged databases other names, beside their own.
 * @returns a sentence for each: what is wrong with it, and where its files are kept
 * @throws REFUSED if a server has one open, FILE_UNAVAILABLE
 */
export async function setAside(
  engine: Engine,
  { dirs, faults, dryRun }: DamagedDatabases,
): Promise<string[]> {
  const newSuffix = `damaged-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  const notes: string[] = [];
  for (const [kind, fault] of faults) {
    const place = { kind, dir: dirs[kind] };
    const suffix = (await cutSuffix(place.dir)) ?? newSuffix;
    // checks first whether the engine can rename it
    let kept = await engine.setAside(place, { suffix, dryRun: true });
    if (!dryRun) {
      const putBack = await setUndoAside(place.dir, suffix);
      kept = await engine.setAside(place, { suffix, dryRun }).catch(async (error) => {
        await putBack().catch(() => {});
        throw error;
      });
    }
    const what = dryRun ? "would be kept as" : "is kept as";
    notes.push(`${fault.message}; it ${what} ${kept}, and nothing of it is in the new one`);
  }
  return notes;
}
