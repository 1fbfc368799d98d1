// Which databases there are, and what earlier restores have left in them.

import { FlowgError } from "../../platform/errors.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { Engine } from "../../storage/engine.js";
import { type RestoreNote, restoreNotes } from "../../storage/notes/restore-history.js";
import { knownMark, type RestoreMark } from "../../storage/notes/restore-mark.js";
import type { DatabaseDirs } from "./options.js";
import { isDamage } from "./set-aside.js";

export interface FoundDatabases {
  exists: Set<DatabaseKind>;
  /** How many records those that exist have. */
  records: Map<DatabaseKind, number>;
  /** The marks of all databases; undefined where a mark or the database is missing. */
  marks: Map<DatabaseKind, RestoreMark | undefined>;
  /** What they remember of restores. */
  notes: RestoreNote[][];
  /** Databases that must be sound and are damaged, where the caller allows that. */
  damaged: Map<DatabaseKind, FlowgError>;
}

/**
 * Opens what is there, so that a wrong directory is refused before anything is read or written.
 * @param kinds those that must be sound, if they are there
 * @param options `replaceDamaged`: damage is told, not thrown
 * @throws what opening a database throws
 */
export async function lookAtDatabases(
  engine: Engine,
  dirs: DatabaseDirs,
  kinds: readonly DatabaseKind[],
  { replaceDamaged = false }: { replaceDamaged?: boolean | undefined } = {},
): Promise<FoundDatabases> {
  const exists = new Set<DatabaseKind>();
  const records = new Map<DatabaseKind, number>();
  const marks = new Map<DatabaseKind, RestoreMark | undefined>();
  const notes: RestoreNote[][] = [];
  const damaged = new Map<DatabaseKind, FlowgError>();
  for (const kind of DATABASE_KINDS) {
    try {
      marks.set(kind, undefined);
      const place = { kind, dir: dirs[kind] };
      if (!(await engine.isThere(place))) continue;
      await using database = await engine.open(place, { mode: "read" });
      if (kinds.includes(kind)) await database.demandSoundNotes();
      marks.set(kind, await database.read(knownMark));
      notes.push(await database.read(restoreNotes));
      records.set(kind, await database.read((instant) => instant.records.count()));
      exists.add(kind);
    } catch (error) {
      // one whose creation was cut is as good as none, and one that isn't restored may be broken
      const isMissing = error instanceof FlowgError && error.code === "DATABASE_MISSING";
      if (!kinds.includes(kind) || isMissing) continue;
      if (!replaceDamaged || !isDamage(error)) throw error;
      damaged.set(kind, error);
    }
  }
  return { exists, records, marks, notes, damaged };
}
