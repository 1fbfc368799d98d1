// Whether a block's records may enter a database: part of every verification, so that a restore never finds out in
// the middle. Entries come by the million: those that look as nearly all do are known to be sound by a scan of their
// bytes, ten times as fast as parsing them; whatever else there is goes through the rules one by one.

import type { DatabaseKind } from "../database/kinds.js";
import { recordProblem } from "../database/records.js";
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
      keyEnd - tailStart === TAIL_BYTES &&
      isTail(this.block, tailStart) &&
      isPlainEntry(this.block, valueStart, valueEnd)
    );
  }
}

const ESC = 0x1b;
/** 20 digits, ESC, 36 characters of UUID */
const TAIL_BYTES = 57;
/** What each byte of the tail must be. */
const TAIL = new Uint8Array(TAIL_BYTES);
/** A byte's classes, as bits. */
const CLASSES = new Uint8Array(256);
const [ZERO, DIGIT, ESCAPE, HEX, DASH] = [1, 2, 4, 8, 16];
TAIL.fill(ZERO, 0, 4).fill(DIGIT, 4, 20).fill(ESCAPE, 20, 21).fill(HEX, 21);
for (const dash of [8, 13, 18, 23]) TAIL[21 + dash] = DASH;
for (const digit of Buffer.from("0123456789")) CLASSES[digit] = DIGIT | HEX;
for (const letter of Buffer.from("abcdef")) CLASSES[letter] = HEX;
CLASSES[0x30] = ZERO | DIGIT | HEX;
CLASSES[ESC] = ESCAPE;
CLASSES[0x2d] = DASH;

/** Whether a time, below 10^16 milliseconds, and a lower-case UUID stand there. */
function isTail(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < TAIL_BYTES; i++) {
    if (((CLASSES[bytes[start + i] as number] as number) & (TAIL[i] as number)) === 0) return false;
  }
  return true;
}
