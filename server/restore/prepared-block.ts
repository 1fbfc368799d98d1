// A block of a snapshot, made ready for the transaction: where its records are, with the index keys of its entries. What
// needs no database is done here, by another thread, because inside the transaction every microsecond an entry counts.

import {
  BlockScanner,
  type IndexKeys,
  type RecordTable,
  type ScannedBlock,
} from "../block-scan/scanner.js";
import type { DatabaseKind } from "../database/kinds.js";
import { decodeValue, type EntryRecord, type StreamRecord } from "../database/records.js";
import { type FieldIndex, fieldIndexes, indexKeys } from "../logs/derived.js";
import { isEntryKey, streamEnd } from "../logs/entry-key.js";
import { recordTable } from "../snapshot/badger.js";

export interface PreparedBlock extends IndexKeys {
  /** The raw block: whole Badger records. */
  block: Uint8Array;
  /** Where they are in it. */
  records: RecordTable;
  /** Of each record, 1 where only the database knows its indexes: the snapshot doesn't hold its stream. */
  unprepared: Uint8Array;
}

/** All its memory, to be transferred or released. */
export const partsOf = ({
  block,
  records,
  unprepared,
  ...keys
}: PreparedBlock): ArrayBufferView[] => [
  block,
  records,
  unprepared,
  keys.keys,
  keys.ends,
  keys.owners,
  keys.order,
];

export interface PrepareOptions {
  database: DatabaseKind;
  /** The snapshot's streams: their configuration is what will hold. */
  streams: ReadonlyMap<string, StreamRecord>;
  /** Whether index keys are wanted: not in a dry run. */
  withKeys: boolean;
}

export class BlockPreparer {
  readonly #scanner = BlockScanner.get();
  readonly #indexes = new Map<string, FieldIndex[]>();

  constructor(private readonly options: PrepareOptions) {
    for (const [name, { indexed_fields }] of options.streams)
      this.#indexes.set(name, fieldIndexes(name, indexed_fields));
  }

  /** @param block of a snapshot that was verified: its entries are sound */
  prepare(block: Uint8Array): PreparedBlock {
    const scanned = this.#scanner.scan(block, false);
    const records = scanned?.records ?? recordTable(block);
    const unprepared = new Uint8Array(records.length / 4);
    const record = new BlockRecords(block, records);
    const hasEntries = this.options.database === "logs" && this.options.withKeys;
    const keys = hasEntries
      ? ((scanned && this.#scanKeys(scanned, record, unprepared)) ??
        this.#workOutAll(record, unprepared))
      : NO_KEYS();
    return { block, records, unprepared, ...keys };
  }

  /** Nothing if the block is too much for the scanner. */
  #scanKeys(
    { runs }: ScannedBlock,
    record: BlockRecords,
    unprepared: Uint8Array,
  ): IndexKeys | undefined {
    this.#scanner.beginKeys();
    for (const run of runs) {
      const key = record.key(run.first);
      if (!isEntryKey(key)) continue;
      const indexes = this.#indexesOf(key);
      if (!indexes) unprepared.fill(1, run.first, run.first + run.records);
      else if (indexes.length > 0) {
        const workOut = (number: number) => record.indexKeys(number, indexes);
        if (!this.#scanner.addKeys(run, indexes, workOut)) return undefined;
      }
    }
    return this.#scanner.takeKeys();
  }

  /** The same for any block. */
  #workOutAll(record: BlockRecords, unprepared: Uint8Array): IndexKeys {
    const keys: Buffer[] = [];
    const owners: number[] = [];
    for (let number = 0; number < unprepared.length; number++) {
      const key = record.key(number);
      if (!isEntryKey(key)) continue;
      const indexes = this.#indexesOf(key);
      if (!indexes) unprepared[number] = 1;
      else {
        for (const own of record.indexKeys(number, indexes)) {
          keys.push(own);
          owners.push(number);
        }
      }
    }
    const order = Uint32Array.from(keys.keys()).sort((a, b) =>
      Buffer.compare(keys[a] as Buffer, keys[b] as Buffer),
    );
    let end = 0;
    const ends = Uint32Array.from(keys, ({ length }) => (end += length));
    return {
      keys: new Uint8Array(Buffer.concat(keys)),
      ends,
      owners: Uint32Array.from(owners),
      order,
    };
  }

  /** Of an entry's stream; nothing if the snapshot doesn't hold it. */
  #indexesOf(key: Buffer): FieldIndex[] | undefined {
    return this.#indexes.get(key.toString("utf8", "entry\x1b".length, streamEnd(key)));
  }
}

const NO_KEYS = (): IndexKeys => ({
  keys: new Uint8Array(0),
  ends: new Uint32Array(0),
  owners: new Uint32Array(0),
  order: new Uint32Array(0),
});

/** The records of a block by their numbers. */
class BlockRecords {
  readonly #bytes: Buffer;

  constructor(
    block: Uint8Array,
    private readonly table: RecordTable,
  ) {
    this.#bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  }

  key(number: number): Buffer {
    return this.#bytes.subarray(this.table[4 * number], this.table[4 * number + 1]);
  }

  /** The index keys of an entry, by the parser. */
  indexKeys(number: number, indexes: readonly FieldIndex[]): Buffer[] {
    if (indexes.length === 0) return [];
    const value = this.#bytes.subarray(this.table[4 * number + 2], this.table[4 * number + 3]);
    return indexKeys(indexes, this.key(number), decodeValue<EntryRecord>(value).fields);
  }
}
