// How what takes a restore back is kept, from the flags.

import { type UndoBounds, undoBounds } from "../server/operations/restore/undo-wishes.js";
import { byteCount, positive } from "./quantity.js";

export interface UndoFlags {
  "no-undo"?: boolean | undefined;
  "undo-runs"?: string | undefined;
  "undo-days"?: string | undefined;
  "undo-size"?: string | undefined;
}

/** @returns undefined where nothing is to be kept @throws USAGE */
export function undoOptions(args: UndoFlags): UndoBounds | undefined {
  const { "undo-runs": runs, "undo-days": days, "undo-size": size } = args;
  const bounds = undoBounds({
    runs: runs === undefined ? undefined : positive("undo-runs", runs),
    days: days === undefined ? undefined : positive("undo-days", days),
    bytes: size === undefined ? undefined : byteCount("undo-size", size),
  });
  return args["no-undo"] ? undefined : bounds;
}
