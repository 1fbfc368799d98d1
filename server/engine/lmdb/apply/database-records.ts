// Gives the records of a database one after the other, for the merge. They are copied into memory that is used again.

import type { Transaction } from "lmdb";
import { recordChecksum } from "../../../platform/checksum/checksum.js";
import { KEY_MAX_BYTES } from "../../../records/keys.js";
import type { SelectedRange } from "../../../records/selection.js";
import type { WalkedTable } from "../walk/walked-table.js";
import type { DatabaseRecord } from "./merge.js";

export interface DatabaseRecords {
  /** The next record, keys ascending; its bytes are valid until the next call. */
  next: () => DatabaseRecord | undefined;
  /** Goes on at this key or the first one after it, and from there to the end of the table. */
  seek: (key: Buffer) => void;
  /** Closes the cursor. Call it before its transaction ends. */
  close(): void;
}

/**
 * @param isSealed whether values carry checksums
 * @param isGone says which records a deletion under way has yet to remove; they are left out
 * @param ranges the wanted ranges; absent, all keys
 */
export function databaseRecords(
  table: WalkedTable,
  transaction: Transaction,
  {
    isSealed,
    isGone,
    ranges = ALL,
  }: {
    isSealed: boolean;
    isGone: ((key: Uint8Array) => boolean) | undefined;
    ranges?: readonly Partial<SelectedRange>[] | undefined;
  },
): DatabaseRecords {
  const keyMemory = Buffer.allocUnsafe(KEY_MAX_BYTES);
  let valueMemory = Buffer.allocUnsafe(64 * 1024);
  const record: DatabaseRecord = {
    key: keyMemory,
    value: valueMemory,
    checksum: 0,
    isWhole: true,
    stays: false,
  };
  // lmdb-js has its own memory for keys and values, and each call into it, even a put, overwrites that
  table.onRecord = (key, keyStart, keyEnd, value, valueLength, checksum) => {
    keyMemory.set(key.subarray(keyStart, keyEnd));
    if (valueLength > valueMemory.byteLength) valueMemory = Buffer.allocUnsafe(valueLength * 2);
    valueMemory.set(value.subarray(0, valueLength));
    record.key = keyMemory.subarray(0, keyEnd - keyStart);
    record.value = valueMemory.subarray(0, valueLength);
    record.checksum = checksum;
    record.isWhole = !isSealed || recordChecksum(record.key, record.value) === checksum;
  };
  let at = 0;
  let cursor: Iterator<unknown> | undefined;
  const begin = (): boolean => {
    const range = ranges[at++];
    if (range === undefined) return false;
    cursor = table.records(transaction, range)[Symbol.iterator]();
    record.stays = range.fillsIn === true;
    return true;
  };
  return {
    next: () => {
      for (;;) {
        while (cursor && !cursor.next().done) if (!isGone?.(record.key)) return record;
        if (!begin()) return undefined;
      }
    },
    seek: (start) => {
      cursor?.return?.();
      at = ranges.length;
      record.stays = false;
      cursor = table.records(transaction, { start })[Symbol.iterator]();
    },
    close: () => {
      cursor?.return?.();
      table.onRecord = undefined;
    },
  };
}

const ALL: readonly Partial<SelectedRange>[] = [{}];
