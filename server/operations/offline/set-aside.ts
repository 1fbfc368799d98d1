// Damaged databases out of the way, so that a restore can make new ones in their place. Nothing of them is removed: what a
// backup doesn't have may still be got out of them.

import { rename } from "node:fs/promises";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { flushDirectory } from "../../platform/files/flush-directory.js";
import { isThere } from "../../platform/files/is-there.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Engine } from "../../storage/engine.js";
import { undoDirectory } from "../restore/undo-file.js";
import type { DatabaseDirs } from "./options.js";

/** Whether an error says that a database of ours is damaged, so that another may take its place. */
export const isDamage = (error: unknown): error is FlowgError =>
  error instanceof FlowgError &&
  (error.details.isDamaged === true || error.code === "DATABASE_DAMAGED");

/** Moves the undo files along: they belong to the damaged database, not to the new one. */
async function setUndoAside(dir: string, suffix: string): Promise<void> {
  const path = undoDirectory(dir);
  if (!(await isThere(path))) return;
  await rename(path, `${path}.${suffix}`).catch((cause) => {
    throw fileError(cause, "rename", path);
  });
  await flushDirectory(dir);
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
  const suffix = `damaged-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  const notes: string[] = [];
  for (const [kind, fault] of faults) {
    const kept = await engine.setAside({ kind, dir: dirs[kind] }, { suffix, dryRun });
    if (!dryRun) await setUndoAside(dirs[kind], suffix);
    const what = dryRun ? "would be kept as" : "is kept as";
    notes.push(`${fault.message}; it ${what} ${kept}, and nothing of it is in the new one`);
  }
  return notes;
}
