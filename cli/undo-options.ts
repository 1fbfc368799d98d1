// Reads from the flags how many undo files to keep, and how large.

import {
  UNDO_RUNS_MAX,
  type UndoBounds,
  undoBounds,
} from "../server/operations/restore/undo-bounds.js";
import { CliError } from "./failure.js";
import { byteCount, positive } from "./quantity.js";

export interface UndoFlags {
  "no-undo"?: boolean | undefined;
  "undo-runs"?: string | undefined;
  "undo-days"?: string | undefined;
  "undo-size"?: string | undefined;
}

/** @returns undefined with --no-undo @throws USAGE */
export function undoOptions(args: UndoFlags): UndoBounds | undefined {
  const { "undo-runs": runs, "undo-days": days, "undo-size": size } = args;
  const bounds = undoBounds({
    runs: runs === undefined ? undefined : undoRuns(runs),
    days: days === undefined ? undefined : positive("undo-days", days),
    bytes: size === undefined ? undefined : byteCount("undo-size", size),
  });
  return args["no-undo"] ? undefined : bounds;
}

function undoRuns(text: string): number {
  const runs = positive("undo-runs", text);
  if (runs <= UNDO_RUNS_MAX) return runs;
  throw new CliError(
    "USAGE",
    `--undo-runs: ${runs} is too many: a database remembers its last ${UNDO_RUNS_MAX} restores`,
    `give at most ${UNDO_RUNS_MAX}`,
  );
}
