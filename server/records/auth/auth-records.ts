// All records of an auth database, in memory: they are few, and who may do what is a question about all of them at once.

import type { RestoreMode } from "../reports.js";

/** By the bytes of their keys as latin-1. */
export type AuthRecords = ReadonlyMap<string, Buffer>;

/** The records as a restore would leave them. */
export function restoredRecords(
  before: AuthRecords,
  snapshot: AuthRecords,
  mode: RestoreMode,
): AuthRecords {
  return mode === "replace" ? snapshot : new Map([...before, ...snapshot]);
}
