// Which databases there are, and what earlier restores have left in them.

import type { DatabaseDirs } from "../core.js";
import { checkDataFile } from "../database/data-file.js";
import { DATABASE_KINDS, type DatabaseKind } from "../database/kinds.js";
import { openDatabase } from "../database/open.js";
import { FlowgError } from "../errors.js";
import { knownMark, type RestoreMark } from "./mark.js";

export interface Standing {
  exists: Set<DatabaseKind>;
  /** Of all; undefined where there is no mark or no database. */
  marks: Map<DatabaseKind, RestoreMark | undefined>;
}

/**
 * Opens what is there, so that a wrong directory is refused before anything is read or written.
 * @param kinds those that must be sound, if they are there
 * @throws what opening a database throws
 */
export async function lookAtDatabases(
  dirs: DatabaseDirs,
  kinds: readonly DatabaseKind[],
): Promise<Standing> {
  const exists = new Set<DatabaseKind>();
  const marks = new Map<DatabaseKind, RestoreMark | undefined>();
  for (const kind of DATABASE_KINDS) {
    try {
      marks.set(kind, undefined);
      if (!(await checkDataFile(dirs[kind]))) continue;
      await using database = await openDatabase({ kind, dir: dirs[kind], mode: "read" });
      marks.set(kind, knownMark(database));
      exists.add(kind);
    } catch (error) {
      // one whose creation was cut is as good as none, and one that isn't restored may be broken
      const isMissing = error instanceof FlowgError && error.code === "DATABASE_MISSING";
      if (kinds.includes(kind) && !isMissing) throw error;
    }
  }
  return { exists, marks };
}
