// A table of LMDB as the rest of the program sees it, without checksums. It holds derived data, which can be made anew from the
// records.

import type { Transaction } from "lmdb";
import type { FoundRecord, FoundValue, TableRange, WriteTable } from "../../storage/tables.js";
import type { Table } from "./environment.js";
import { countOf, keysOf, rangeOf } from "./ranges.js";

export class PlainTable implements WriteTable {
  readonly #reading: { transaction?: Transaction };

  /** @param transaction the transaction to read in, instead of the last commit or the present write transaction */
  constructor(
    private readonly raw: Table,
    transaction?: Transaction,
  ) {
    this.#reading = transaction ? { transaction } : {};
  }

  get(key: Uint8Array): Buffer | undefined {
    return this.raw.get(key as Buffer, this.#reading);
  }

  /** The same table as a read transaction sees it. */
  at(transaction: Transaction): PlainTable {
    return new PlainTable(this.raw, transaction);
  }

  find(key: Uint8Array): FoundValue | undefined {
    const value = this.get(key);
    return value && { value, isWhole: true };
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  range(range: TableRange = {}): Iterable<{ key: Buffer; value: Buffer }> {
    return rangeOf(this.raw, range, this.#reading);
  }

  *findRange(range: TableRange = {}): Generator<FoundRecord> {
    for (const found of this.range(range)) yield { ...found, isWhole: true };
  }

  keys(range: TableRange = {}): Iterable<Buffer> {
    return keysOf(this.raw, range, this.#reading);
  }

  count(range: TableRange = {}): number {
    return countOf(this.raw, range, this.#reading);
  }

  put(key: Uint8Array, value: Uint8Array): undefined {
    this.raw.putSync(key as Buffer, value as Buffer);
  }

  putNew(key: Uint8Array, value: Uint8Array): void {
    this.put(key, value);
  }

  remove(key: Uint8Array): undefined {
    this.raw.removeSync(key as Buffer);
  }
}
