// The bounds of undo files: the oldest go, once a newer restore is done; what would take too much is told before it begins.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { demandSpace } from "../../platform/files/free-space.js";
import type { DatabasePlace, Engine } from "../../storage/engine.js";
import type { RestoreNote } from "../../storage/notes/restore-history.js";
import { undoDirectory, undoFiles, undoFileTime } from "./undo-directory.js";
import { orWithoutUndo } from "./undo-file.js";
import type { UndoBounds } from "./undo-wishes.js";

export interface OldUndo {
  dir: string;
  /** The database's own, oldest first: they know which file is the older one, also where the clock was set back. */
  notes: readonly Pick<RestoreNote, "undoFile">[];
  /** The run that has just ended, and the one that it took back, which may still have to be taken back in other databases. */
  needed: readonly (string | undefined)[];
}

/** Removes undo files beyond the bounds. If that fails for one now, a later run does it. */
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
  /** A directory that is there, on the same disk. */
  disk: string;
  /** The bytes that the restore brings, before compression. */
  rawBytes: number;
  bounds: UndoBounds;
  /** The bytes that an undo file of it would hold, before compression: finding that out takes as long as a dry run. */
  count: () => Promise<number>;
}

/**
 * Before a restore changes anything: whether what takes it back has room. Only where that could be too much, it is counted.
 * @throws REFUSED, DISK_FULL: both name the way to go on without
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
  const what = `what takes the restore of ${place.kind} back`;
  if (bytes > bounds.bytes) {
    throw new FlowgError(
      "REFUSED",
      `${what} may take up to ${bytes} bytes, more than the ${bounds.bytes} that it may take (--undo-size); nothing was restored`,
      {
        hint: "allow more with --undo-size, or go on without a way back: --no-undo, in the API undo=false",
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
