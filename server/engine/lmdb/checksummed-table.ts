// A table whose values carry checksums, behind the interface of lmdb-js. Each put adds a checksum, each read compares it. Each
// change also updates the number and the sum of all checksums, in a table of their own and the same transaction. So a backup
// finds what one record's checksum can't tell: records that are gone, or back in an older form.

import type { PutOptions, Transaction } from "lmdb";
import { damagedRecord } from "../../records/damage.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { CountedChanges, TableRange, WriteTable } from "../../storage/tables.js";
import type { Table } from "./environment.js";
import { countOf, keysOf, rangeOf } from "./ranges.js";
import {
  addToSum,
  type KeptSum,
  type RecordSum,
  readSum,
  recoverSum,
  type SinceLoss,
  type SummedTable,
  writeSum,
} from "./record-sum.js";
import { type OpenedValue, openStored, sealToWrite } from "./stored-value.js";

type ReadOptions = { transaction?: Transaction };

export interface ChecksummedTableOptions {
  kind: DatabaseKind;
  name: "records" | "local";
  /** The table as LMDB has it. */
  raw: Table;
  /** Undefined in a database of an older schema, whose values have no checksums, and which is only read. */
  sums: Table | undefined;
  /** The transaction to read in, instead of the last commit or the present write transaction. */
  transaction?: Transaction;
}

export class ChecksummedTable implements WriteTable {
  readonly isSealed: boolean;
  readonly #options: ChecksummedTableOptions;
  readonly #raw: Table;
  readonly #reading: ReadOptions;
  /** How many transactions of ours are nested. The sum is written at the end of each. */
  #depth = 0;
  #change: RecordSum | undefined;
  #counted: CountedChanges | undefined;
  /** The sum at the beginning of this transaction, once it was read. */
  #kept: KeptSum | undefined;

  constructor(options: ChecksummedTableOptions) {
    this.#options = options;
    this.#raw = options.raw;
    this.#reading = options.transaction ? { transaction: options.transaction } : {};
    this.isSealed = options.sums !== undefined;
  }

  /** @throws DATABASE_DAMAGED */
  get(key: Uint8Array): Buffer | undefined {
    const found = this.find(key);
    if (found && !found.isWhole) throw damagedRecord(this.#options.kind, key);
    return found?.value;
  }

  /** The same, with damaged values. */
  find(key: Uint8Array): OpenedValue | undefined {
    const stored = this.#raw.get(key as Buffer, this.#reading);
    return stored && this.#open(key, stored);
  }

  /** @throws DATABASE_DAMAGED */
  *range(range: TableRange = {}): Generator<{ key: Buffer; value: Buffer }> {
    for (const found of this.findRange(range)) {
      if (!found.isWhole) throw damagedRecord(this.#options.kind, found.key);
      yield found;
    }
  }

  /** The same, with damaged records. */
  *findRange(range: TableRange = {}): Generator<OpenedValue & { key: Buffer }> {
    for (const { key, value } of rangeOf(this.#raw, range, this.#reading))
      yield { key, ...this.#open(key, value) };
  }

  /** Gives keys without checking them, because that needs their values. */
  keys(range: TableRange = {}): Iterable<Buffer> {
    return keysOf(this.#raw, range, this.#reading);
  }

  count(range: TableRange = {}): number {
    return countOf(this.#raw, range, this.#reading);
  }

  has(key: Uint8Array): boolean {
    if (this.#reading.transaction) return this.find(key) !== undefined;
    return this.#raw.doesExist(key as Buffer);
  }

  /** Only inside a write transaction, or as one of its own. */
  put(key: Uint8Array, value: Uint8Array): OpenedValue | undefined {
    return this.#depth > 0
      ? this.#put(key, value)
      : this.transactionSync(() => this.#put(key, value));
  }

  /** Puts a new record without a look-up, which would take a third of the write's time. */
  putNew(key: Uint8Array, value: Uint8Array): void {
    const { stored, checksum } = sealToWrite(key, value);
    this.#raw.putSync(key as Buffer, stored);
    this.#count(1, checksum, undefined);
  }

  /** Only inside a write transaction, or as one of its own. */
  remove(key: Uint8Array): OpenedValue | undefined {
    return this.#depth > 0 ? this.#remove(key) : this.transactionSync(() => this.#remove(key));
  }

  /** Asynchronous, like LMDB's own. Several actions may share a commit, and what one wrote before it throws stays written. */
  transaction<T>(action: () => T): Promise<T> {
    return this.#raw.transaction(() => this.together(action));
  }

  /** If it throws, its writes are undone. */
  transactionSync<T>(action: () => T): T {
    return this.#raw.transactionSync(() => this.together(action)) as T;
  }

  /** The same table as a read transaction sees it. */
  at(transaction: Transaction): ChecksummedTable {
    return new ChecksummedTable({ ...this.#options, transaction });
  }

  resetReadTxn(): void {
    this.#raw.resetReadTxn();
  }

  useReadTransaction(): Transaction {
    return this.#raw.useReadTransaction();
  }

  getStats(): Record<string, number> {
    return this.#raw.getStats() as Record<string, number>;
  }

  /** The sum of all records, as writers have kept it; undefined if values have no checksums. */
  sum(): KeptSum | undefined {
    const { name, sums } = this.#options;
    return sums && readSum({ name, sums }, this.#reading);
  }

  /** Sets the sum, for a caller that has seen every record, and wrote some past this table. Only inside a write transaction. */
  setSum(sum: RecordSum): void {
    this.#change = undefined;
    this.#counted = this.#kept = undefined;
    writeSum(this.#summed(), sum);
  }

  /**
   * Counts a record that the caller wrote past this table, without having seen all records. Only inside a transaction of ours.
   */
  countWritten(checksum: number, old?: Pick<OpenedValue, "checksum" | "isWhole">): void {
    this.#count(old ? 0 : 1, checksum, old);
  }

  /** The same for one that was removed. */
  countRemoved(old: Pick<OpenedValue, "checksum" | "isWhole">): void {
    this.#count(-1, 0, old);
  }

  /** See {@link recoverSum}. Only inside a write transaction. */
  recoverSum(at: { since: SinceLoss; checksums: number }): boolean {
    this.#kept = undefined;
    return recoverSum(this.#summed(), at);
  }

  /** See Ledger. */
  counted(): CountedChanges | undefined {
    if (this.#depth === 0) return this.sum()?.found?.counted;
    return this.#counted ?? this.#keptNow().found?.counted;
  }

  /** See WriteLedger. */
  setCounted(counted: CountedChanges): void {
    this.#counted = counted;
  }

  #keptNow(): KeptSum {
    this.#kept ??= readSum(this.#summed());
    return this.#kept;
  }

  #put(key: Uint8Array, value: Uint8Array): OpenedValue | undefined {
    const { stored, checksum } = sealToWrite(key, value);
    if (this.#add(key, stored)) {
      this.#count(1, checksum, undefined);
      return undefined;
    }
    const old = this.find(key);
    // reading the old value has used the memory of the new one
    this.#raw.putSync(key as Buffer, sealToWrite(key, value).stored);
    this.#count(0, checksum, old);
    return old;
  }

  #remove(key: Uint8Array): OpenedValue | undefined {
    const old = this.find(key);
    if (!old) return undefined;
    this.#raw.removeSync(key as Buffer);
    this.#count(-1, 0, old);
    return old;
  }

  /** Adds a record, unless there is one. @returns whether it was new */
  #add(key: Uint8Array, stored: Buffer): boolean {
    // lmdb-js gives a boolean, against its types
    const isNew: unknown = this.#raw.putSync(key as Buffer, stored, NO_OVERWRITE as PutOptions);
    return isNew === true;
  }

  #open(key: Uint8Array, stored: Buffer): OpenedValue {
    return this.isSealed ? openStored(key, stored) : { value: stored, checksum: 0, isWhole: true };
  }

  #summed(): SummedTable {
    const { sums, ...options } = this.#options;
    if (!sums) throw new Error("a database of an older schema is not written to");
    return { ...options, sums };
  }

  /** Writes the sum once for all that `action` writes. Only inside a write transaction. */
  together<T>(action: () => T): T {
    this.#depth++;
    let isDone = false;
    try {
      const result = action();
      isDone = true;
      return result;
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#keepSum(isDone);
    }
  }

  #keepSum(isDone: boolean): void {
    const counted = this.#counted;
    const change = this.#change ?? (counted && NO_CHANGE);
    const kept = this.#kept;
    this.#change = this.#counted = this.#kept = undefined;
    if (!change) return;
    try {
      const { found } = kept ?? readSum(this.#summed());
      addToSum(this.#summed(), change, { found, counted });
    } catch (error) {
      // an earlier fault is reported instead; a transaction in which a write failed isn't committed
      if (isDone) throw error;
    }
  }

  #count(
    records: number,
    checksum: number,
    old: Pick<OpenedValue, "checksum" | "isWhole"> | undefined,
  ): void {
    this.#change ??= { records: 0, checksums: 0 };
    const { checksums } = this.#change;
    this.#change.records += records;
    // a damaged record's part of the sum can't be known
    this.#change.checksums =
      checksums === undefined || old?.isWhole === false
        ? undefined
        : (checksums + checksum - (old?.checksum ?? 0)) >>> 0;
  }
}

const NO_CHANGE: RecordSum = { records: 0, checksums: 0 };
const NO_OVERWRITE = { noOverwrite: true };
