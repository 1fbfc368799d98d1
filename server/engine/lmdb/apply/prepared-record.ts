// A record of the snapshot as the merge sees it, a place in a prepared block. One object serves for all records.

import { CHECKSUM_BYTES } from "../../../platform/checksum/checksum.js";
import { MOMENT_BYTES } from "../../../records/logs/entry-key.js";
import type { PreparedBlock } from "./prepared-block.js";

export class PreparedRecord {
  #block: PreparedBlock | undefined;
  /** The block's memory. */
  bytes: Buffer = Buffer.alloc(0);
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  /** 0 in a dry run. */
  checksum = 0;
  /** Whether the four bytes after the value are no longer needed. */
  hasRoom = false;
  #records = new Uint32Array(0);
  #checksums: Uint32Array = new Uint32Array(0);
  #number = -1;
  /** For each record of the block, whether its postings are to be written. */
  #wanted = new Uint8Array(0);

  /** Goes on to the next block. */
  begin(block: PreparedBlock): void {
    const { buffer, byteOffset, byteLength } = block.block;
    this.#block = block;
    this.bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#wanted = new Uint8Array(block.unprepared.length);
    this.#records = block.records;
    this.#checksums = block.checksums;
    this.#number = -1;
  }

  /** Goes on to the next record of the block. @returns false if there is none */
  next(): boolean {
    const records = this.#records;
    const at = 4 * ++this.#number;
    if (at >= records.length) return false;
    this.keyStart = records[at] as number;
    this.keyEnd = records[at + 1] as number;
    this.valueStart = records[at + 2] as number;
    this.valueEnd = records[at + 3] as number;
    this.checksum = this.#checksums[this.#number] ?? 0;
    // between two records are tags and lengths, which have been read
    const roomEnd = this.valueEnd + CHECKSUM_BYTES;
    this.hasRoom =
      this.valueStart >= this.keyEnd &&
      (records[at + 4] as number) >= roomEnd &&
      (records[at + 6] as number) >= roomEnd;
    return true;
  }

  get key(): Buffer {
    return this.bytes.subarray(this.keyStart, this.keyEnd);
  }

  get value(): Buffer {
    return this.bytes.subarray(this.valueStart, this.valueEnd);
  }

  /** Has its postings written once all records of the block have been seen. @returns false if they have yet to be made */
  wantPostings(): boolean {
    if (this.#block?.unprepared[this.#number] === 1) return false;
    this.#wanted[this.#number] = 1;
    return true;
  }

  /** Gives the wanted postings of the block, list by list: the head, and the moments, ascending. */
  eachList(onList: (head: Buffer, moments: Buffer) => void): void {
    if (!this.#block) return;
    const { heads, lists, moments, owners } = this.#block;
    const headBytes = Buffer.from(heads.buffer, heads.byteOffset, heads.length);
    const momentBytes = Buffer.from(moments.buffer, moments.byteOffset, moments.length);
    let posting = 0;
    for (let list = 0; list < lists.length; list += 3) {
      const start = posting;
      // wanted moments move together
      let end = posting;
      for (const last = posting + (lists[list + 2] as number); posting < last; posting++) {
        if (this.#wanted[owners[posting] as number] === 0) continue;
        if (end !== posting)
          momentBytes.copyWithin(
            end * MOMENT_BYTES,
            posting * MOMENT_BYTES,
            (posting + 1) * MOMENT_BYTES,
          );
        end++;
      }
      if (end === start) continue;
      const head = headBytes.subarray(lists[list], lists[list + 1]);
      onList(head, momentBytes.subarray(start * MOMENT_BYTES, end * MOMENT_BYTES));
    }
  }
}
