// Keeps the undo file of an online restore.

import { FlowgError } from "../../platform/errors.js";
import type { RestoreMode } from "../../records/reports.js";
import type { Database } from "../../storage/database.js";
import type { Applying, Engine, Merged, Restorer } from "../../storage/engine.js";
import { restoreNotes } from "../../storage/notes/restore-history.js";
import type { RestoreMark } from "../../storage/notes/restore-mark.js";
import { feedOf } from "../restore/feed.js";
import type { UndoBounds } from "../restore/undo-bounds.js";
import { keepingUndo } from "../restore/undo-file.js";
import { demandUndoRoom, removeOldUndo } from "../restore/undo-room.js";
import type { VerifiedSource } from "../restore/verified-source.js";

export interface KeepingRun {
  mark: RestoreMark;
  restorer: Restorer;
  database: Database;
  /** Nothing is kept where this is undefined. */
  bounds: UndoBounds | undefined;
}

/** Applies a restore, and keeps what an undo needs. */
export async function applyKeeping(
  applying: Applying,
  { mark, restorer, database, bounds }: KeepingRun,
): Promise<Merged> {
  if (!bounds) return await restorer.apply(applying);
  const { facts } = applying;
  const { kind, dir } = database;
  const merged = await keepingUndo(
    { place: { kind, dir }, mark, bounds, read: (look) => look(database) },
    (keep, undoFile) =>
      restorer.apply({ ...applying, keep, facts: facts && { ...facts, undoFile } }),
  ).catch((error: unknown) => {
    throw forClients(error, database, facts?.undoes === undefined ? "the restore" : "the undo");
  });
  // if the notes can't be read now, a later run removes the old undo files
  const notes = await database.read(restoreNotes).catch(() => undefined);
  if (notes) await removeOldUndo({ dir, notes, needed: [mark.run, facts?.undoes] }, bounds);
  return merged;
}

/** Hides the paths of the server's files from clients. */
function forClients(error: unknown, { dir, kind }: Database, what: string): unknown {
  if (!(error instanceof FlowgError) || !error.message.includes(dir)) return error;
  const { code, hint, details } = error;
  const message = `the undo file for ${what} of ${kind} can't be kept beside the database, so the database was left as it was`;
  return new FlowgError(code, message, { hint, details, cause: error });
}

export interface RoomFor {
  engine: Engine;
  restorer: Restorer;
  database: Database;
  source: VerifiedSource;
  mode: RestoreMode;
  signal: AbortSignal;
  bounds: UndoBounds | undefined;
}

/** @throws REFUSED, DISK_FULL */
export async function demandRoomForUndo(room: RoomFor): Promise<void> {
  const { engine, restorer, database, source, mode, signal, bounds } = room;
  if (!bounds) return;
  const { kind, dir } = database;
  await demandUndoRoom(engine, {
    place: { kind, dir },
    disk: dir,
    bounds,
    rawBytes: (source.part ?? source.report).rawBytes,
    count: async () => {
      const { undoBytes = 0 } = await restorer.apply({
        kind,
        dir,
        mode,
        exists: true,
        mark: undefined,
        ranges: source.part?.ranges,
        streams: source.streams,
        feed: feedOf(source, { kind, signal }),
      });
      return undoBytes;
    },
  });
}
