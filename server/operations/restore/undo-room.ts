// Keeps the undo files of a database within their bounds. It removes the oldest once a newer restore is done, and refuses a
// restore whose undo file would be too large.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { demandSpace } from "../../platform/files/free-space.js";
import type { DatabasePlace, Engine } from "../../storage/engine.js";
import type { RestoreNote } from "../../storage/notes/restore-history.js";
import type { UndoBounds } from "./undo-bounds.js";
import { undoDirectory, undoFiles, undoFileTime } from "./undo-directory.js";
import { orWithoutUndo } from "./undo-file.js";

export interface OldUndo {
  dir: string;
  /** The notes of the database, oldest first. They tell which file is older, also where the clock was set back. */
  notes: readonly Pick<RestoreNote, "undoFile">[];
  /** The run that has just ended, and the run that it took back, which other databases may still need. */
  needed: readonly (string | undefined)[];
}

/** Removes undo files beyond the bounds. A later run removes those that can't be removed now. */
export async function removeOldUndo(
  { dir, notes, needed }: OldUndo,
  { runs, ageMs, bytes }: UndoBounds,
): Promise<void> {
  const isNeeded = (name: string) =>
    needed.some((run) => run !== undefined && name.endsWith(`-${run}.undo`));
  const places = new Map(notes.map(({ undoFile }, n) => [undoFile, n]));
  const placeOf = (name: string) => places.get(name) ?? -1;
  const files = [...((await undoFiles(dir)) ?? [])].sort(
    ([a], [b]) => placeOf(b) - placeOf(a) || (a < b ? 1 : -1),
  );
  const staying = files.filter(([name]) => isNeeded(name));
  let kept = staying.length;
  let sum = staying.reduce((all, [, file]) => all + file.bytes, 0);
  for (const [name, file] of files.filter(([name]) => !isNeeded(name))) {
    sum += file.bytes;
    const isOld = Date.now() - undoFileTime(name) > ageMs;
    const isBeyond = kept >= runs || sum > bytes || isOld;
    if (isBeyond) await rm(join(undoDirectory(dir), name)).catch(() => {});
    else kept++;
  }
}

export interface UndoNeed {
  place: DatabasePlace;
  /** An existing directory on the same disk. */
  disk: string;
  /** The bytes that the restore brings, before compression. */
  rawBytes: number;
  bounds: UndoBounds;
  /** Counts the bytes of the undo file, before compression. It takes as long as a dry run. */
  count: () => Promise<number>;
}

/**
 * Checks that the undo file of a restore has room, before the restore changes anything. It counts the bytes only where they
 * could be too many.
 * @throws REFUSED, DISK_FULL: both say how to go on without an undo file
 */
export async function demandUndoRoom(engine: Engine, need: UndoNeed): Promise<void> {
  const { place, disk, bounds, rawBytes } = need;
  const atMost = rawBytes + (await engine.bytes(place));
  const isMuch = atMost > bounds.bytes;
  const isTight = await demandSpace(disk, atMost, "").then(
    () => false,
    () => true,
  );
  if (!isMuch && !isTight) return;
  const bytes = await need.count();
  const what = `the undo file for the restore of ${place.kind}`;
  if (bytes > bounds.bytes) {
    throw new FlowgError(
      "REFUSED",
      `${what} may take up to ${bytes} bytes, and --undo-size allows ${bounds.bytes}; nothing was restored`,
      {
        hint: "allow more with --undo-size, or go on without an undo file: --no-undo, in the API undo=false",
        details: { undoBytes: bytes, maxBytes: bounds.bytes },
      },
    );
  }
  await demandSpace(disk, bytes, what).catch((error) => {
    if (!(error instanceof FlowgError)) throw error;
    const { code, message, details } = error;
    const hint = orWithoutUndo("free some space");
    throw new FlowgError(code, message, { hint, details, cause: error });
  });
}
