// A record of the snapshot, as the merge sees it: a place in a prepared block. One object is used again for each.

import type { PreparedBlock } from "./prepared-block.js";

export class PreparedRecord {
  #block: PreparedBlock | undefined;
  /** The block's memory. */
  bytes: Buffer = Buffer.alloc(0);
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  #records = new Uint32Array(0);
  #number = -1;
  /** Of each record of the block, whether its index keys are to be put. */
  #wanted = new Uint8Array(0);

  /** Goes on to the next block. */
  begin(block: PreparedBlock): void {
    const { buffer, byteOffset, byteLength } = block.block;
    this.#block = block;
    this.bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#wanted = new Uint8Array(block.unprepared.length);
    this.#records = block.records;
    this.#number = -1;
  }

  /** Goes on to the next record of the block. False if there is none. */
  next(): boolean {
    const records = this.#records;
    const at = 4 * ++this.#number;
    if (at >= records.length) return false;
    this.keyStart = records[at] as number;
    this.keyEnd = records[at + 1] as number;
    this.valueStart = records[at + 2] as number;
    this.valueEnd = records[at + 3] as number;
    return true;
  }

  get key(): Buffer {
    return this.bytes.subarray(this.keyStart, this.keyEnd);
  }

  get value(): Buffer {
    return this.bytes.subarray(this.valueStart, this.valueEnd);
  }

  /** The memory of the block's index keys. */
  get indexKeys(): Uint8Array {
    return this.#block?.keys ?? this.bytes;
  }

  /** Has its index keys put, once all records of the block have been seen. False if they are yet to be worked out. */
  wantIndex(): boolean {
    if (this.#block?.unprepared[this.#number] === 1) return false;
    this.#wanted[this.#number] = 1;
    return true;
  }

  /** The index keys of the block's records that want them, ascending: where each stands in the block's `keys`. */
  eachIndexKey(onKey: (start: number, end: number) => void): void {
    if (!this.#block) return;
    const { ends, order, owners } = this.#block;
    for (let i = 0; i < order.length; i++) {
      const key = order[i] as number;
      if (this.#wanted[owners[key] as number] === 0) continue;
      onKey(key === 0 ? 0 : (ends[key - 1] as number), ends[key] as number);
    }
  }
}
