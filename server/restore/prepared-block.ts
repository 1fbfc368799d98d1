// A block of a snapshot, made ready for the transaction: with the index keys of its entries. What needs no database
// is done here, by another thread, because inside the transaction every microsecond an entry counts.

import { beginsWith } from "../database/keys.js";
import type { DatabaseKind } from "../database/kinds.js";
import { decodeValue, type EntryRecord, type StreamRecord } from "../database/records.js";
import { type FieldIndex, fieldIndexes, indexKey, indexKeys } from "../logs/derived.js";
import { isEntryKey, MOMENT_BYTES, streamEnd } from "../logs/entry-key.js";
import { FieldFinder } from "../logs/plain-entry.js";
import { eachRecord } from "../snapshot/badger.js";

export interface PreparedBlock {
  /** The raw block: whole Badger records. */
  block: Uint8Array;
  /** The index keys of all its entries, one after the other, in the order of the entries. */
  keys: Uint8Array;
  /** Where each index key ends in `keys`. */
  ends: Uint32Array;
  /** The number of the record that each index key belongs to. */
  owners: Uint32Array;
  /** The numbers of the index keys, so that the keys ascend. */
  order: Uint32Array;
  /** Of each record, 1 where only the database knows its indexes: the snapshot doesn't hold its stream. */
  unprepared: Uint8Array;
}

export interface PrepareOptions {
  database: DatabaseKind;
  /** The snapshot's streams: their configuration is what will hold. */
  streams: ReadonlyMap<string, StreamRecord>;
  /** Whether index keys are wanted: not in a dry run. */
  withKeys: boolean;
}

/** The indexes of one stream. */
interface StreamIndexes {
  indexes: FieldIndex[];
  finder: FieldFinder;
}

export class BlockPreparer {
  #head = NONE;
  /** Of the stream at hand; undefined if the snapshot doesn't hold it. */
  #stream: StreamIndexes | undefined;

  constructor(private readonly options: PrepareOptions) {}

  /** @param block of a snapshot that was verified: its entries are sound */
  prepare(block: Uint8Array, records: number): PreparedBlock {
    const unprepared = new Uint8Array(records);
    const keys = new KeyList();
    if (this.options.database === "logs" && this.options.withKeys) {
      const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
      let number = 0;
      eachRecord(block, (keyStart, keyEnd, valueStart, valueEnd) => {
        const key = bytes.subarray(keyStart, keyEnd);
        if (isEntryKey(key)) {
          const stream = this.#streamOf(key);
          if (stream === undefined) unprepared[number] = 1;
          else if (stream.indexes.length > 0) {
            keys.owner = number;
            addKeys(keys, { stream, key, bytes, valueStart, valueEnd });
          }
        }
        number++;
      });
    }
    return { block, unprepared, ...keys.finish() };
  }

  #streamOf(key: Buffer): StreamIndexes | undefined {
    const length = streamEnd(key) + 1;
    const head = this.#head;
    if (head.length !== length || !beginsWith(key, 0, head)) {
      this.#head = Buffer.from(key.subarray(0, length));
      const name = key.toString("utf8", "entry\x1b".length, length - 1);
      const record = this.options.streams.get(name);
      const indexes = record && fieldIndexes(name, record.indexed_fields);
      this.#stream = indexes && {
        indexes,
        finder: new FieldFinder(indexes.map(({ field }) => field)),
      };
    }
    return this.#stream;
  }
}

const NONE = Buffer.alloc(0);

function addKeys(
  keys: KeyList,
  {
    stream: { indexes, finder },
    key,
    bytes,
    valueStart,
    valueEnd,
  }: {
    stream: StreamIndexes;
    key: Buffer;
    bytes: Buffer;
    valueStart: number;
    valueEnd: number;
  },
): void {
  if (!finder.find(bytes, valueStart, valueEnd)) {
    const { fields } = decodeValue<EntryRecord>(bytes.subarray(valueStart, valueEnd));
    for (const own of indexKeys(indexes, key, fields)) keys.add(own);
    return;
  }
  for (let i = 0; i < indexes.length; i++) {
    const start = finder.starts[i] as number;
    if (start < 0) continue;
    keys.add(indexKey(indexes[i] as FieldIndex, key, bytes.subarray(start, finder.ends[i])));
  }
}

/** Index keys, one after the other. */
class KeyList {
  /** The record whose keys are added. */
  owner = 0;
  readonly #keys: Buffer[] = [];
  readonly #owners: number[] = [];
  #bytes = 0;

  add(key: Buffer): void {
    this.#keys.push(key);
    this.#owners.push(this.owner);
    this.#bytes += key.length;
  }

  /** All of them, in memory of its own, that can be transferred. */
  finish(): Pick<PreparedBlock, "keys" | "ends" | "owners" | "order"> {
    const keys = new Uint8Array(this.#bytes);
    const ends = new Uint32Array(this.#keys.length);
    let at = 0;
    for (let i = 0; i < this.#keys.length; i++) {
      const key = this.#keys[i] as Buffer;
      keys.set(key, at);
      at += key.length;
      ends[i] = at;
    }
    return { keys, ends, owners: Uint32Array.from(this.#owners), order: ascending(this.#keys) };
  }
}

/**
 * The numbers of index keys in the order of the keys. Entries come in order of stream, time and UUID, so those of one
 * stream, field and value have their keys in order already: only these groups are to be sorted.
 */
function ascending(keys: readonly Buffer[]): Uint32Array {
  const groups = new Map<string, number[]>();
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as Buffer;
    const group = key.toString("latin1", 0, key.length - MOMENT_BYTES);
    const members = groups.get(group);
    if (members) members.push(i);
    else groups.set(group, [i]);
  }
  const order = new Uint32Array(keys.length);
  let at = 0;
  // in latin1 a text is as long as its bytes and compares as they do
  for (const group of [...groups.keys()].sort()) {
    order.set(groups.get(group) as number[], at);
    at += (groups.get(group) as number[]).length;
  }
  return order;
}
