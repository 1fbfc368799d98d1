// Changes a database's tables for a restore, record by record, inside its transaction: the records, and with them all data
// that is derived from them.

import { RECORD_OVERHEAD_BYTES } from "../../../formats/snapshot/layout.js";
import { CHANGE_HEAD_BYTES } from "../../../formats/snapshot/undo-change.js";
import type { AuthRestore } from "../../../records/auth/restore-outcome.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { StreamRecord } from "../../../records/records.js";
import type { SelectedRange } from "../../../records/selection.js";
import type { Environment } from "../environment.js";
import type { TableWriter } from "../table-writer.js";
import { AuthDerivation } from "./derive-auth.js";
import { LogDerivation } from "./derive-logs.js";
import type { DatabaseRecord, MergeTarget } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";

/** Keeps derived data what it must be, while records change. Bytes are only valid during a call. */
export interface Derivation {
  added(record: PreparedRecord): void;
  overwritten(record: PreparedRecord, old: DatabaseRecord): void;
  stayed(record: DatabaseRecord): void;
  removed(old: DatabaseRecord): void;
  /** All records of a block have been seen. */
  blockEnd(block: PreparedRecord): void;
  /** All records have been seen. */
  finish(): void;
  /** The sum of what was merged is kept: what is written now adds to it. */
  afterwards?(): void;
}

/** A merge's target, also told where blocks begin and end. */
export interface BlockTarget extends MergeTarget {
  blockBegin(block: PreparedRecord): void;
  blockEnd(block: PreparedRecord): void;
  finish(): void;
}

/** Writers that put records and postings from blocks. Make them before the transaction begins. */
export interface Writers {
  records: TableWriter;
  derived: TableWriter;
}

export interface DerivationOptions {
  database: Environment;
  writers: Writers;
  /** The streams that will be there, by name, as the restore leaves them. Only for logs. */
  streams: ReadonlyMap<string, StreamRecord>;
  /** Streams whose indexes are made anew of what is left of them. */
  renewed: ReadonlySet<string>;
  /** Only for auth. */
  auth: AuthRestore;
  /** The part that is restored; all if absent. */
  ranges: readonly SelectedRange[] | undefined;
}

const DERIVATIONS: Record<DatabaseKind, (options: DerivationOptions) => Derivation> = {
  auth: ({ database, auth }) => new AuthDerivation(database, auth),
  config: () => NOTHING,
  logs: (options) => new LogDerivation(options),
};

const nothing = () => {};
const NOTHING: Derivation = {
  added: nothing,
  overwritten: nothing,
  stayed: nothing,
  removed: nothing,
  blockEnd: nothing,
  finish: nothing,
};

/** Writes to the database. Only inside a write transaction. */
export function writingTarget(options: DerivationOptions): BlockTarget {
  const { database, writers, ranges } = options;
  const derivation = DERIVATIONS[database.kind](options);
  const sum = { records: 0, checksums: 0 };
  const count = (checksum: number) => {
    sum.records++;
    sum.checksums = (sum.checksums + checksum) >>> 0;
  };
  // where only a part is seen, the sum changes by what is written and removed
  const { records } = database;
  const countChange = (checksum: number, old?: DatabaseRecord) =>
    ranges && records.countWritten(checksum, old);
  const put = (record: PreparedRecord, isLast: boolean) => {
    const { keyStart, keyEnd, valueStart, valueEnd, checksum, hasRoom } = record;
    const how = { checksum, isLast, hasRoom };
    writers.records.key(keyStart, keyEnd).putSealed(valueStart, valueEnd, how);
    count(checksum);
  };
  return {
    blockBegin({ bytes }) {
      writers.records.from(bytes, bytes);
    },
    added(record, isLast) {
      // past the database's last key LMDB can append, which is twice as fast and packs pages full
      put(record, isLast);
      countChange(record.checksum);
      derivation.added(record);
    },
    overwritten(record, old) {
      put(record, false);
      countChange(record.checksum, old);
      derivation.overwritten(record, old);
    },
    stayed(record) {
      count(record.checksum);
      derivation.stayed(record);
    },
    removed(old) {
      writers.records.remove(old.key);
      if (ranges) records.countRemoved(old);
      derivation.removed(old);
    },
    blockEnd: (block) => derivation.blockEnd(block),
    finish() {
      derivation.finish();
      // all records have been seen
      if (!ranges) records.setSum(sum);
      derivation.afterwards?.();
    },
  };
}

/** Writes nothing: a dry run only counts. */
export class CountingTarget implements BlockTarget {
  /** The size of the undo file that would be kept. */
  undoBytes = 0;

  added({ keyStart, keyEnd }: PreparedRecord): void {
    this.undoBytes += keyEnd - keyStart + CHANGE_BYTES;
  }

  overwritten(_: PreparedRecord, old: DatabaseRecord): void {
    this.removed(old);
  }

  stayed(): void {}

  removed({ key, value }: DatabaseRecord): void {
    this.undoBytes += key.length + value.length + CHANGE_BYTES;
  }

  blockBegin(): void {}
  blockEnd(): void {}
  finish(): void {}
}

/** Bytes of memory for a change that is kept, besides its key and value. */
const CHANGE_BYTES = CHANGE_HEAD_BYTES + RECORD_OVERHEAD_BYTES;
