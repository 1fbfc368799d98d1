// A block of a snapshot, made ready for the transaction: with the index keys of its entries. What needs no database
// is done here, by another thread, because inside the transaction every microsecond an entry counts.

import type { DatabaseKind } from "../database/kinds.js";
import { decodeValue, type EntryRecord, type StreamRecord } from "../database/records.js";
import { type FieldIndex, fieldIndexes, indexKeys } from "../logs/derived.js";
import { isEntryKey, streamEnd } from "../logs/entry-key.js";
import { eachRecord } from "../snapshot/badger.js";

export interface PreparedBlock {
  /** The raw block: whole Badger records. */
  block: Uint8Array;
  /** The index keys of all its entries, one after the other, in the order of the entries. */
  keys: Uint8Array;
  /** Where each index key ends in `keys`. */
  ends: Uint32Array;
  /** How many index keys each record has; UNPREPARED where that takes a look into the database. */
  counts: Uint16Array;
}

/** For an entry of a stream that the snapshot doesn't hold: only the database knows its indexes. */
export const UNPREPARED = 0xffff;

export interface PrepareOptions {
  database: DatabaseKind;
  /** The snapshot's streams: their configuration is what will hold. */
  streams: ReadonlyMap<string, StreamRecord>;
  /** Whether index keys are wanted: not in a dry run. */
  withKeys: boolean;
}

export class BlockPreparer {
  #head = NONE;
  /** Of the stream at hand; undefined if the snapshot doesn't hold it. */
  #indexes: FieldIndex[] | undefined;

  constructor(private readonly options: PrepareOptions) {}

  /** @param block of a snapshot that was verified: its entries are sound */
  prepare(block: Uint8Array, records: number): PreparedBlock {
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    const counts = new Uint16Array(records);
    const keys: Buffer[] = [];
    let at = 0;
    if (this.options.database === "logs" && this.options.withKeys) {
      eachRecord(block, (keyStart, keyEnd, valueStart, valueEnd) => {
        const key = bytes.subarray(keyStart, keyEnd);
        counts[at++] = this.#addKeys(key, bytes.subarray(valueStart, valueEnd), keys);
      });
    }
    return { block, counts, ...join(keys) };
  }

  #addKeys(key: Buffer, value: Buffer, keys: Buffer[]): number {
    if (!isEntryKey(key)) return 0;
    const indexes = this.#indexesOf(key);
    if (indexes === undefined) return UNPREPARED;
    if (indexes.length === 0) return 0;
    const own = indexKeys(indexes, key, decodeValue<EntryRecord>(value).fields);
    for (const index of own) keys.push(index);
    return own.length;
  }

  #indexesOf(key: Buffer): FieldIndex[] | undefined {
    const length = streamEnd(key) + 1;
    const head = this.#head;
    if (head.byteLength !== length || key.compare(head, 0, length, 0, length) !== 0) {
      this.#head = Buffer.from(key.subarray(0, length));
      const stream = key.toString("utf8", "entry\x1b".length, length - 1);
      const record = this.options.streams.get(stream);
      this.#indexes = record && fieldIndexes(stream, record.indexed_fields);
    }
    return this.#indexes;
  }
}

const NONE = Buffer.alloc(0);

/** In memory of its own, that can be transferred. */
function join(keys: readonly Buffer[]): Pick<PreparedBlock, "keys" | "ends"> {
  const ends = new Uint32Array(keys.length);
  let length = 0;
  for (const [i, key] of keys.entries()) {
    length += key.byteLength;
    ends[i] = length;
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const key of keys) {
    joined.set(key, at);
    at += key.byteLength;
  }
  return { keys: joined, ends };
}
