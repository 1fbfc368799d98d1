// Changes a database's tables for a restore, record by record, inside its transaction: the records, and all data derived from
// them.

import { RECORD_OVERHEAD_BYTES } from "../../../formats/snapshot/layout.js";
import { CHANGE_HEAD_BYTES } from "../../../formats/snapshot/undo-change.js";
import type { AuthRestore } from "../../../records/auth/restore-outcome.js";
import type { DatabaseKind } from "../../../records/kinds.js";
import type { StreamRecord } from "../../../records/records.js";
import type { SelectedRange } from "../../../records/selection.js";
import type { Environment } from "../environment.js";
import type { TableWriter } from "../table-writer.js";
import { AuthRestoreDerivation } from "./derive-auth.js";
import { LogRestoreDerivation } from "./derive-logs.js";
import type { DatabaseRecord, MergeTarget } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";

/** Keeps derived data right while records change. Bytes are only valid during a call. */
export interface RestoreDerivation {
  added(record: PreparedRecord): void;
  overwritten(record: PreparedRecord, old: DatabaseRecord): void;
  stayed(record: DatabaseRecord): void;
  removed(old: DatabaseRecord): void;
  /** Called when all records of a block have been seen. */
  blockEnd(block: PreparedRecord): void;
  /** Called when all records have been seen. */
  finish(): void;
  /** Called once the sum of the merged records is kept. Records that it writes add to the sum. */
  afterwards?(): void;
}

/** A merge's target that also hears where blocks begin and end. */
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
  /** Streams whose indexes are made anew from the entries that are left. */
  renewed: ReadonlySet<string>;
  /** Only for auth. */
  auth: AuthRestore;
  /** The part that is restored. Absent: everything. */
  ranges: readonly SelectedRange[] | undefined;
}

const DERIVATIONS: Record<DatabaseKind, (options: DerivationOptions) => RestoreDerivation> = {
  auth: ({ database, auth }) => new AuthRestoreDerivation(database, auth),
  config: () => NOTHING,
  logs: (options) => new LogRestoreDerivation(options),
};

const nothing = () => {};
const NOTHING: RestoreDerivation = {
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
  // where only a part is restored, the sum changes by the records that are written and removed
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

/** Counts for a dry run, and writes nothing. */
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

/** The bytes of a kept change besides its key and value. */
const CHANGE_BYTES = CHANGE_HEAD_BYTES + RECORD_OVERHEAD_BYTES;
