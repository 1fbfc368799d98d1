// All records of an auth database, in memory: they are few, and who may do what is a question about all of them at once.

import type { RestoreMode } from "../reports.js";
import type { SelectedRange } from "../selection.js";

/** By the bytes of their keys as latin-1. */
export type AuthRecords = ReadonlyMap<string, Buffer>;

export interface AuthRestored {
  mode: RestoreMode;
  /** The part that is restored; all if absent. */
  ranges?: readonly SelectedRange[] | undefined;
}

/**
 * The records as a restore would leave them.
 * @param snapshot what of it is restored
 */
export function restoredRecords(
  before: AuthRecords,
  snapshot: AuthRecords,
  { mode, ranges }: AuthRestored,
): AuthRecords {
  if (mode === "replace" && !ranges) return snapshot;
  const goes = (latin1: string): boolean => {
    const key = Buffer.from(latin1, "latin1");
    return (
      ranges?.some(({ start, end }) => key.compare(start) >= 0 && key.compare(end) < 0) ?? false
    );
  };
  const stays = mode === "replace" ? [...before].filter(([key]) => !goes(key)) : before;
  return new Map([...stays, ...snapshot]);
}
