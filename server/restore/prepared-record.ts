// The records of a prepared block, one after the other, each with its index keys.

import { type PreparedBlock, UNPREPARED } from "./prepared-block.js";

/** A record of the snapshot. One object is used again for each; bytes are valid until the next. */
export interface PreparedRecord {
  key: Buffer;
  value: Buffer;
  /** Its index keys; undefined if they are yet to be worked out. */
  index: readonly Buffer[] | undefined;
}

const NONE: readonly Buffer[] = [];

/** Deals out the index keys of a block, record by record. */
export class IndexKeys {
  #block: PreparedBlock | undefined;
  #bytes: Buffer = Buffer.alloc(0);
  #record = 0;
  #key = 0;
  #start = 0;

  begin(block: PreparedBlock): void {
    const { keys } = block;
    this.#block = block;
    this.#bytes = Buffer.from(keys.buffer, keys.byteOffset, keys.byteLength);
    this.#record = 0;
    this.#key = 0;
    this.#start = 0;
  }

  /** The index keys of the next record. */
  next(): readonly Buffer[] | undefined {
    const { counts, ends } = this.#block as PreparedBlock;
    const count = counts[this.#record++] ?? 0;
    if (count === 0) return NONE;
    if (count === UNPREPARED) return undefined;
    const keys: Buffer[] = [];
    for (let i = 0; i < count; i++) {
      const end = ends[this.#key++] as number;
      keys.push(this.#bytes.subarray(this.#start, end));
      this.#start = end;
    }
    return keys;
  }
}
