// The bounds of undo files beside a database: how many, how old and how large.

import { RESTORES_KEPT } from "../../storage/notes/restore-history.js";

export interface UndoBounds {
  /** How many restores to keep; at most {@link UNDO_RUNS_MAX}. */
  runs: number;
  ageMs: number;
  /** Bytes of all files of one database. */
  bytes: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const UNDO_RUNS = 10;
/** A database notes this many restores, and an undo file is found by the note. */
export const UNDO_RUNS_MAX = RESTORES_KEPT;
const UNDO_DAYS = 30;
const UNDO_BYTES = 16 * 1024 ** 3;

export interface UndoWishes {
  runs?: number | undefined;
  days?: number | undefined;
  bytes?: number | undefined;
}

export const undoBounds = ({ runs, days, bytes }: UndoWishes = {}): UndoBounds => ({
  runs: Math.min(runs ?? UNDO_RUNS, UNDO_RUNS_MAX),
  ageMs: (days ?? UNDO_DAYS) * DAY_MS,
  bytes: bytes ?? UNDO_BYTES,
});
