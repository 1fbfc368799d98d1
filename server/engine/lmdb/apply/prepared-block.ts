// Prepares a block of a snapshot for the transaction: finds the places of its records, and makes the postings of its entries. This
// needs no database, and so it is done before a block goes into the transaction, where every microsecond for each entry counts.

import { BadgerFault } from "../../../formats/badger-fault.js";
import {
  type BlockPostings,
  BlockScanner,
  type Posting,
  type RecordTable,
  type ScannedBlock,
} from "../../../formats/block-scan/scanner.js";
import { recordTable } from "../../../formats/snapshot/badger.js";
import {
  CHANGE_HEAD_BYTES,
  changeTable,
  readChangeHead,
} from "../../../formats/snapshot/undo-change.js";
import { walkBlock } from "../../../formats/snapshot/walk-block.js";
import { recordChecksum } from "../../../platform/checksum/checksum.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import { isEntryKey, momentOf, streamOf } from "../../../records/logs/entry-key.js";
import { type FieldIndex, fieldIndexes, indexHeads } from "../../../records/logs/log-index.js";
import { decodeValue, type EntryRecord, type StreamRecord } from "../../../records/records.js";

export interface PreparedBlock extends BlockPostings {
  /** The raw block: whole Badger records. */
  block: Uint8Array;
  /** The places of its records. */
  records: RecordTable;
  /** The checksum of each record. */
  checksums: Uint32Array;
  /** 1 for each record whose indexes only the database knows, because the snapshot doesn't hold its stream. */
  unprepared: Uint8Array;
}

/** All its memory, to be transferred or released. */
export const partsOf = (prepared: PreparedBlock): ArrayBufferView[] => {
  const { block, records, checksums, unprepared, heads, lists, moments, owners } = prepared;
  return [block, records, checksums, unprepared, heads, lists, moments, owners];
};

export interface PrepareOptions {
  database: DatabaseKind;
  /** The snapshot's streams, with the configuration that will hold. */
  streams: ReadonlyMap<string, StreamRecord>;
  /** Whether it will be written, so that postings and checksums are needed. False in a dry run. */
  isWritten: boolean;
}

export class BlockPreparer {
  readonly #scanner = BlockScanner.get();
  readonly #indexes = new Map<string, FieldIndex[]>();
  #lastKey = new Uint8Array(0);

  constructor(private readonly options: PrepareOptions) {
    for (const [name, { indexed_fields }] of options.streams)
      this.#indexes.set(name, fieldIndexes(name, indexed_fields));
  }

  /**
   * @param block a block of a verified snapshot, whose entries are sound
   * @throws BadgerFault if it can't be the block that was
   */
  prepare(block: Uint8Array): PreparedBlock {
    const { database, isWritten } = this.options;
    const scanned = this.#scanner.scan(block, { sum: isWritten });
    if (!scanned) walkBlock(database, block, { checkRecords: false });
    const records = scanned?.records ?? recordTable(block);
    this.#checkOrder(block, records);
    const unprepared = new Uint8Array(records.length / 4);
    const record = new BlockRecords(block, records);
    const checksums = scanned?.checksums ?? record.checksums(isWritten);
    const hasEntries = database === "logs" && isWritten;
    const postings = hasEntries
      ? ((scanned && this.#scanPostings(scanned, record, unprepared)) ??
        this.#workOutAll(record, unprepared))
      : noPostings();
    return { block, records, checksums, unprepared, ...postings };
  }

  /** Keys must ascend from block to block, because the database may be told to append. */
  #checkOrder(block: Uint8Array, records: RecordTable): void {
    const first = block.subarray(records[0], records[1]);
    if (Buffer.compare(first, this.#lastKey) <= 0)
      throw new BadgerFault("a key is out of order", records[0] ?? 0);
    this.#lastKey = block.slice(records.at(-4), records.at(-3));
  }

  /** Undefined if the block is too much for the scanner. */
  #scanPostings(
    { runs }: ScannedBlock,
    record: BlockRecords,
    unprepared: Uint8Array,
  ): BlockPostings | undefined {
    this.#scanner.beginPostings();
    for (const run of runs) {
      const key = record.key(run.first);
      if (!isEntryKey(key)) continue;
      const indexes = this.#indexesOf(key);
      if (!indexes) unprepared.fill(1, run.first, run.first + run.records);
      else if (indexes.length > 0) {
        const workOut = (number: number) => record.postings(number, indexes);
        if (!this.#scanner.addPostings(run, indexes, workOut)) return undefined;
      }
    }
    return this.#scanner.takePostings();
  }

  /** The same for any block. */
  #workOutAll(record: BlockRecords, unprepared: Uint8Array): BlockPostings {
    const lists = new Map<string, { head: Buffer; moments: Buffer[]; owners: number[] }>();
    for (let number = 0; number < unprepared.length; number++) {
      const key = record.key(number);
      if (!isEntryKey(key)) continue;
      const indexes = this.#indexesOf(key);
      if (!indexes) unprepared[number] = 1;
      for (const { head, moment } of indexes ? record.postings(number, indexes) : []) {
        const name = head.toString("latin1");
        const list = lists.get(name) ?? { head, moments: [], owners: [] };
        lists.set(name, list);
        list.moments.push(moment);
        list.owners.push(number);
      }
    }
    const all = [...lists.values()];
    let end = 0;
    return {
      heads: new Uint8Array(Buffer.concat(all.map(({ head }) => head))),
      lists: Uint32Array.from(
        all.flatMap(({ head, moments }) => {
          const start = end;
          end += head.length;
          return [start, end, moments.length];
        }),
      ),
      moments: new Uint8Array(Buffer.concat(all.flatMap(({ moments }) => moments))),
      owners: Uint32Array.from(all.flatMap(({ owners }) => owners)),
    };
  }

  /** The indexes of an entry's stream; undefined if the snapshot doesn't hold it. */
  #indexesOf(key: Buffer): FieldIndex[] | undefined {
    return this.#indexes.get(streamOf(key));
  }
}

/** The same for changes that are taken back. Only the values from before are looked at. */
export class ChangePreparer {
  #lastKey = new Uint8Array(0);

  constructor(private readonly isWritten: boolean) {}

  /** @throws BadgerFault if it isn't a block of changes */
  prepare(block: Uint8Array): PreparedBlock {
    const records = changeTable(block, this.#lastKey);
    this.#lastKey = block.slice(records.at(-4), records.at(-3));
    const checksums = this.#checksums(block, records);
    // only the transaction knows which fields of an entry are indexed
    const unprepared = new Uint8Array(records.length / 4).fill(1);
    return { block, records, checksums, unprepared, ...noPostings() };
  }

  /** The checksums of values that may come back. */
  #checksums(block: Uint8Array, table: RecordTable): Uint32Array {
    const checksums = new Uint32Array(this.isWritten ? table.length / 4 : 0);
    const record = new BlockRecords(block, table);
    for (let number = 0; number < checksums.length; number++) {
      const { had } = readChangeHead(block, (table[4 * number + 2] as number) - CHANGE_HEAD_BYTES);
      if (had) checksums[number] = record.checksum(number);
    }
    return checksums;
  }
}

const noPostings = (): BlockPostings => ({
  heads: new Uint8Array(0),
  lists: new Uint32Array(0),
  moments: new Uint8Array(0),
  owners: new Uint32Array(0),
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

  value(number: number): Buffer {
    return this.#bytes.subarray(this.table[4 * number + 2], this.table[4 * number + 3]);
  }

  /** The checksums of all records; empty if they aren't needed. */
  checksums(areWanted: boolean): Uint32Array {
    const all = new Uint32Array(areWanted ? this.table.length / 4 : 0);
    return all.map((_, number) => this.checksum(number));
  }

  checksum(number: number): number {
    return recordChecksum(this.key(number), this.value(number));
  }

  /** The postings of an entry, by the parser. */
  postings(number: number, indexes: readonly FieldIndex[]): Posting[] {
    if (indexes.length === 0) return [];
    const moment = momentOf(this.key(number));
    const { fields } = decodeValue<EntryRecord>(this.value(number));
    return indexHeads(indexes, fields).map((head) => ({ head, moment }));
  }
}
