// Finds records of a database by keys that ascend. Where the keys that are asked for lie close together, as those of an undo of a
// large restore, a cursor that goes on takes a fifth of the time of a look-up for each.

import type { DatabaseRecords } from "./database-records.js";
import type { DatabaseRecord } from "./merge.js";

/** The cursor goes on by this many records at most. To a key that lies further away it jumps. */
const MOST_STEPS = 8;

export class SoughtRecords {
  #at: DatabaseRecord | undefined;
  #isOpen = false;

  constructor(private readonly records: DatabaseRecords) {}

  /**
   * The record of the key that stands from `start` to `end`.
   * @returns its bytes are valid until the next call
   */
  find(bytes: Buffer, start: number, end: number): DatabaseRecord | undefined {
    if (!this.#isOpen) this.#seek(bytes, start, end);
    for (let steps = 0; this.#at; steps++) {
      const order = this.#at.key.compare(bytes, start, end);
      if (order >= 0) return order === 0 ? this.#at : undefined;
      if (steps < MOST_STEPS) this.#at = this.records.next();
      else this.#seek(bytes, start, end);
    }
    return undefined;
  }

  #seek(bytes: Buffer, start: number, end: number): void {
    this.#isOpen = true;
    this.records.seek(Buffer.from(bytes.subarray(start, end)));
    this.#at = this.records.next();
  }
}
