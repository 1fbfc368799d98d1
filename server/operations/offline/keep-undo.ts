// Keeps the undo file of an offline restore, and checks the room for it beforehand.

import { join } from "node:path";
import { nearestDirectory } from "../../platform/files/nearest-directory.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Database } from "../../storage/database.js";
import type { Applying, Engine, Merged, Restorer } from "../../storage/engine.js";
import { restoreNotes } from "../../storage/notes/restore-history.js";
import type { RestoreMark } from "../../storage/notes/restore-mark.js";
import { feedOf } from "../restore/feed.js";
import type { UndoBounds } from "../restore/undo-bounds.js";
import { keepingUndo } from "../restore/undo-file.js";
import { demandUndoRoom, removeOldUndo } from "../restore/undo-room.js";
import type { VerifiedSource } from "../restore/verified-source.js";
import type { FoundDatabases } from "./look-at-databases.js";
import type { RestoreOptions } from "./options.js";

/** @throws REFUSED, DISK_FULL */
export async function demandRoomForUndo(
  sources: ReadonlyMap<DatabaseKind, VerifiedSource>,
  {
    engine,
    restorer,
    found,
    options,
  }: { engine: Engine; restorer: Restorer; found: FoundDatabases; options: RestoreOptions },
): Promise<void> {
  const { undo: bounds, dirs, mode, signal } = options;
  if (!bounds) return;
  for (const [kind, source] of sources) {
    const place = { kind, dir: dirs[kind] };
    await demandUndoRoom(engine, {
      place,
      bounds,
      rawBytes: (source.part ?? source.report).rawBytes,
      disk: await nearestDirectory(join(place.dir, "any")),
      count: async () => {
        const { undoBytes = 0 } = await restorer.apply({
          ...place,
          mode,
          exists: found.exists.has(kind),
          mark: undefined,
          ranges: source.part?.ranges,
          streams: source.streams,
          feed: feedOf(source, { kind, signal }),
        });
        return undoBytes;
      },
    });
  }
}

export interface KeepingRun {
  mark: RestoreMark;
  restorer: Restorer;
  engine: Engine;
  /** Nothing is kept where this is undefined. */
  bounds: UndoBounds | undefined;
  /** Called once the database has changed. A later fault while reading may end the process. */
  onApplied?: (() => void) | undefined;
}

/** Applies a restore, and keeps what an undo needs. */
export async function applyKeeping(
  applying: Applying,
  { mark, restorer, engine, bounds, onApplied }: KeepingRun,
): Promise<Merged> {
  if (!bounds) {
    const merged = await restorer.apply(applying);
    onApplied?.();
    return merged;
  }
  const { kind, dir, facts } = applying;
  const place = { kind, dir };
  const keeping = {
    place,
    mark,
    bounds,
    read: async <T>(look: (database: Database) => Promise<T>) => {
      await using database = await engine.open(place, { mode: "read", notesOnly: true });
      return await look(database);
    },
  };
  const merged = await keepingUndo(keeping, (keep, undoFile) =>
    restorer.apply({ ...applying, keep, facts: facts && { ...facts, undoFile } }),
  );
  onApplied?.();
  // if the notes can't be read now, a later run removes the old undo files
  const notes = await keeping
    .read((database) => database.read(restoreNotes))
    .catch(() => undefined);
  if (notes) await removeOldUndo({ dir, notes, needed: [mark.run, facts?.undoes] }, bounds);
  return merged;
}
