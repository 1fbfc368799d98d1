// Reads the records of a database without an allocation for each. lmdb-js hands the bytes of a key and of a value to an
// encoder, and ours passes them on where they are. That is three times as fast as getRange with Buffers (a million entries: 0.7
// to 1.0 s, not 2.2 to 2.8).

import type { Transaction } from "lmdb";
import { CHECKSUM_BYTES, readChecksum } from "../../../platform/checksum/checksum.js";
import type { TableRange } from "../../../storage/tables.js";
import type { Environment } from "../environment.js";

/**
 * The bytes are only valid during the call. The value is the first `valueLength` bytes of `value`. `checksum` is the stored
 * one, not compared yet; 0 in a database whose values have none.
 */
export type OnWalked = (
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  value: Uint8Array,
  valueLength: number,
  checksum: number,
) => void;

/** Keys from `start` up to `end`, which is exclusive. */
export type WalkedRange = Pick<TableRange, "start" | "end">;

export interface WalkedTable {
  onRecord: OnWalked | undefined;
  /** Takes one step for each record, in the order of their keys. `onRecord` is called before each step. */
  records(transaction: Transaction, range?: WalkedRange): Iterable<unknown>;
}

export function openForWalking(database: Environment): WalkedTable {
  let keyBytes: Uint8Array = new Uint8Array(0);
  let keyStart = 0;
  let keyEnd = 0;
  const checksumBytes = database.records.isSealed ? CHECKSUM_BYTES : 0;
  const table = database.root.openDB({
    name: "records",
    create: false,
    keyEncoder: {
      writeKey(key: Uint8Array, target: Uint8Array, start: number) {
        target.set(key, start);
        return start + key.byteLength;
      },
      readKey(source: Uint8Array, start: number, end: number) {
        keyBytes = source;
        keyStart = start;
        keyEnd = end;
        return 0;
      },
    },
    encoder: {
      encode: (value: Uint8Array) => value,
      decode(bytes: Uint8Array, length: number) {
        // a value that is too short for a checksum counts as damaged
        const end = length < checksumBytes ? 0 : length - checksumBytes;
        const checksum = checksumBytes === 0 ? 0 : readChecksum(bytes, end);
        walked.onRecord?.(keyBytes, keyStart, keyEnd, bytes, end, checksum);
        return 0;
      },
    },
  } as never);
  const walked: WalkedTable = {
    onRecord: undefined,
    records: (transaction, { start, end } = {}) => {
      const [from, to] = [asKey(start ?? FIRST), end && { end: asKey(end) }];
      return table.getRange({ start: from, ...to, transaction } as never);
    },
  };
  return walked;
}

const FIRST = Buffer.from([0]);

/** lmdb-js hands any key on to our encoder, against its types. */
const asKey = (bytes: Uint8Array) => bytes as unknown as number;
