// Whether a block's records may enter a database: part of every verification, so that a restore never finds out in
// the middle. Entries come by the million: those that look as nearly all do are known to be sound by a scan of their
// bytes, ten times as fast as parsing them; whatever else there is goes through the rules one by one.

import type { DatabaseKind } from "../database/kinds.js";
import { recordProblem } from "../database/records.js";
import { ENTRY_TAIL_BYTES, isEntryTail } from "../logs/entry-key.js";
import { isPlainEntry } from "../logs/plain-entry.js";
import { BadgerFault } from "./badger.js";

export class RecordChecker {
  readonly #bytes: Buffer;

  constructor(
    private readonly database: DatabaseKind,
    private readonly block: Uint8Array,
  ) {
    this.#bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  }

  /**
   * Checks a record by the rules.
   * @throws BadgerFault
   */
  check(keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const key = this.#bytes.subarray(keyStart, keyEnd);
    const value = this.#bytes.subarray(valueStart, valueEnd);
    const problem = recordProblem(this.database, { key, value });
    if (problem !== undefined) throw new BadgerFault(`holds a record that ${problem}`, keyStart);
  }

  /**
   * Whether a record surely is an entry of the same stream as one that was checked before.
   * @param tailStart where its key goes on after `entry␛STREAM␛`, which both share
   */
  isPlainEntry(tailStart: number, keyEnd: number, valueStart: number, valueEnd: number): boolean {
    return (
      keyEnd - tailStart === ENTRY_TAIL_BYTES &&
      isEntryTail(this.block, tailStart) &&
      isPlainEntry(this.block, valueStart, valueEnd)
    );
  }
}
