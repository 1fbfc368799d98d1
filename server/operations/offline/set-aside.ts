// A damaged database out of the way, so that a restore can make a new one in its place. Nothing of it is removed: what a
// backup doesn't have may still be got out of it.

import { rename } from "node:fs/promises";
import { join } from "node:path";
import { DATA_FILE } from "../../engine/lmdb/data-file.js";
import { LOCK_FILE } from "../../engine/lmdb/lock-file.js";
import { Occupation } from "../../engine/lmdb/occupation.js";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { flushDirectory } from "../../platform/files/flush-directory.js";
import { isThere } from "../../platform/files/is-there.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { DatabaseDirs } from "./options.js";

/** Whether an error says that a database of ours is damaged, so that another may take its place. */
export const isDamage = (error: unknown): error is FlowgError =>
  error instanceof FlowgError &&
  (error.details.isDamaged === true || error.code === "DATABASE_DAMAGED");

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
export async function setAside({ dirs, faults, dryRun }: DamagedDatabases): Promise<string[]> {
  const suffix = `damaged-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  const notes: string[] = [];
  for (const [kind, fault] of faults) {
    const path = join(dirs[kind], DATA_FILE);
    using _ = keepServersOut(kind, dirs[kind]);
    const kept = `${path}.${suffix}`;
    if (!dryRun) await renameBoth(dirs[kind], suffix);
    const what = dryRun ? "would be kept as" : "is kept as";
    notes.push(`${fault.message}; it ${what} ${kept}, and nothing of it is in the new one`);
  }
  return notes;
}

/** A server would go on writing to the file under its other name. */
function keepServersOut(kind: DatabaseKind, dir: string): Occupation | undefined {
  try {
    return Occupation.keepServersOut({ kind, dir });
  } catch (error) {
    if (!(error instanceof FlowgError) || !error.details.isServed) throw error;
    throw new FlowgError("REFUSED", `a server has the damaged ${kind} database in ${dir} open`, {
      hint: "stop the server first; nothing was changed",
    });
  }
}

/** The lock file goes with the data file: readers of the one are none of the new one. */
async function renameBoth(dir: string, suffix: string): Promise<void> {
  for (const name of [DATA_FILE, LOCK_FILE]) {
    const path = join(dir, name);
    if (!(await isThere(path))) continue;
    await rename(path, `${path}.${suffix}`).catch((cause) => {
      throw fileError(cause, "rename", path);
    });
  }
  await flushDirectory(dir);
}
