// Finds which databases exist, and what earlier restores have noted in them.

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
  /** The notes of restores that each database keeps. */
  notes: RestoreNote[][];
  /** Damaged databases, where the caller allows damage. */
  damaged: Map<DatabaseKind, FlowgError>;
}

/**
 * Opens the databases that exist. So a wrong directory is refused before a backup is read or anything is written.
 * @param kinds the databases that must be sound if they exist
 * @param options `replaceDamaged`: returns damage in place of throwing it
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
      // a database whose creation was cut doesn't count, and one that isn't restored may be damaged
      const isMissing = error instanceof FlowgError && error.code === "DATABASE_MISSING";
      if (!kinds.includes(kind) || isMissing) continue;
      if (!replaceDamaged || !isDamage(error)) throw error;
      damaged.set(kind, error);
    }
  }
  return { exists, records, marks, notes, damaged };
}
