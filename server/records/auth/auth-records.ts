// All records of an auth database, in memory. They are few, and permissions depend on all of them together.

import { isInRange } from "../keys.js";
import type { RestoreMode } from "../reports.js";
import type { SelectedRange } from "../selection.js";

/** Records by their keys' bytes, as latin-1. */
export type AuthRecords = ReadonlyMap<string, Buffer>;

export interface AuthRestored {
  mode: RestoreMode;
  /** The part that is restored. Absent: everything. */
  ranges?: readonly SelectedRange[] | undefined;
}

/**
 * The records as a restore would leave them.
 * @param snapshot the snapshot's records that are restored
 */
export function restoredRecords(
  before: AuthRecords,
  snapshot: AuthRecords,
  { mode, ranges }: AuthRestored,
): AuthRecords {
  if (mode === "merge") return new Map([...before, ...snapshot]);
  if (!ranges) return snapshot;
  const goes = (key: Buffer): boolean => ranges.some((range) => isInRange(key, range));
  const stays = [...before].filter(([key]) => !goes(Buffer.from(key, "latin1")));
  return new Map([...stays, ...snapshot]);
}
