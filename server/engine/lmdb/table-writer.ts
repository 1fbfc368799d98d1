// Puts records whose keys and values stand in larger memory, without an object for each. lmdb-js asks an encoder for the bytes
// of a key and of a value, and ours points to where they are. (walk/walked-table does the same for reading.)

import type { Database as LmdbDatabase } from "lmdb";
import { CHECKSUM_BYTES, writeChecksum } from "../../platform/checksum/checksum.js";
import { release } from "../../platform/native-memory.js";
import type { Environment } from "./environment.js";
import { partOf } from "./part-of-buffer.js";

export class TableWriter {
  readonly #table: LmdbDatabase<number, number>;
  #keys = viewOf(new Uint8Array(0));
  #keyStart = 0;
  #keyEnd = 0;
  #values = partOf(new Uint8Array(0));
  /** Where lmdb-js has keys written to. */
  #target: Uint8Array = new Uint8Array(0);
  #targetView = viewOf(this.#target);

  /** Make it before the transaction begins: LMDB knows no table that was opened after that. */
  constructor(database: Environment, name: "records" | "derived") {
    this.#table = database.root.openDB({
      name,
      create: false,
      keyEncoder: {
        writeKey: (_key: number, target: Uint8Array, start: number) =>
          this.#writeKey(target, start),
        readKey: () => 0,
      },
      encoder: { encode: () => this.#values, decode: () => 0 },
    } as never);
  }

  /**
   * Most keys are short: to make an array for `set` takes longer than to copy them, four bytes at a time.
   * @returns where the key ends in `target`
   */
  #writeKey(target: Uint8Array, start: number): number {
    if (target !== this.#target) {
      this.#target = target;
      this.#targetView = viewOf(target);
    }
    const keys = this.#keys;
    const view = this.#targetView;
    const end = this.#keyEnd;
    let from = this.#keyStart;
    let to = start;
    for (; from + 4 <= end; from += 4, to += 4) view.setInt32(to, keys.getInt32(from, true), true);
    for (; from < end; from++, to++) view.setInt8(to, keys.getInt8(from));
    return to;
  }

  /** Sets the memory that the next puts take keys and values from. */
  from(keys: Uint8Array, values: Uint8Array): void {
    this.#keys = viewOf(keys);
    this.#values = partOf(values);
  }

  /** Sets the place of the key that the next put writes. */
  key(start: number, end: number): this {
    this.#keyStart = start;
    this.#keyEnd = end;
    return this;
  }

  /** Removes a record. Its key stands in memory of its own. */
  remove(key: Uint8Array): void {
    const keys = this.#keys;
    this.#keys = viewOf(key);
    this.key(0, key.length);
    this.#table.removeSync(0);
    this.#keys = keys;
  }

  /**
   * Puts the key, with the value from `valueStart` to `valueEnd`, and its checksum.
   * @param at `isLast`: see `put`; `hasRoom`: the checksum may overwrite the bytes after the value
   */
  putSealed(
    valueStart: number,
    valueEnd: number,
    { checksum, isLast, hasRoom }: { checksum: number; isLast: boolean; hasRoom: boolean },
  ): void {
    const values = this.#values;
    if (hasRoom) {
      writeChecksum(values, valueEnd, checksum);
      this.put(valueStart, valueEnd + CHECKSUM_BYTES, isLast);
      return;
    }
    // in memory that can be released: where a value fills a block, nothing else would soon have V8 free it
    const alone = Buffer.allocUnsafeSlow(valueEnd - valueStart + CHECKSUM_BYTES);
    alone.set(values.subarray(valueStart, valueEnd));
    writeChecksum(alone, valueEnd - valueStart, checksum);
    this.#values = partOf(alone);
    this.put(0, alone.length, isLast);
    this.#values = values;
    release(alone);
  }

  /**
   * Puts the key, with the value from `valueStart` to `valueEnd`.
   * @param isLast whether the key surely comes after all others; LMDB then appends, which is twice as fast
   */
  put(valueStart: number, valueEnd: number, isLast: boolean): void {
    const values = this.#values;
    values.start = values.byteOffset + valueStart;
    values.end = values.byteOffset + valueEnd;
    if (isLast) this.#table.putSync(0, 0, APPEND);
    else this.#table.putSync(0, 0);
  }
}

const APPEND = { append: true };

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
