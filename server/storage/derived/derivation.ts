// Computes data from the records, and changes it with each of them.

import type { FoundValue } from "../tables.js";

/** A record that changed. */
export interface RecordChange {
  key: Uint8Array;
  old: FoundValue | undefined;
  /** Undefined if it was removed. */
  value: Uint8Array | undefined;
  /** The value before it was encoded, where that is known. */
  parsed: unknown;
}

/** Keeps what is derived in step with records. */
export interface Derivation {
  changed(change: RecordChange): void;
  /** Writes what was collected. Called before derived data is read, and at the end of the transaction. */
  finish(): void;
}
