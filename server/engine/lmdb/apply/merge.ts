// Merges a snapshot into a database. Both are sorted by key, so one walk over the two, side by side, finds for every record
// whether it is added, overwritten, unchanged, or only in the database. The caller decides what is written: everything in one
// transaction or, in a dry run, nothing.

import { beginsWith, keyHead } from "../../../records/keys.js";
import type { DatabaseKind, RecordKind } from "../../../records/kinds.js";
import { recordName } from "../../../records/record-name.js";
import { recordKind } from "../../../records/records.js";
import type { CountsByKind, DamageMet, KindCounts, RestoreMode } from "../../../records/reports.js";
import type { PreparedRecord } from "./prepared-record.js";

/** A record of the database. Its bytes are only valid until the next one is asked for. */
export interface DatabaseRecord {
  key: Buffer;
  value: Buffer;
  /** The checksum in the database now. */
  checksum: number;
  /** Whether key and value are what was written. */
  isWhole: boolean;
  /** Whether it stays as it is, whatever the snapshot has, because only missing records come in there. */
  stays: boolean;
}

/** Takes the outcome for each record, in one call. Bytes are only valid during the call. */
export interface MergeTarget {
  /** @param isLast whether it goes after everything that the database holds */
  added(record: PreparedRecord, isLast: boolean): void;
  overwritten(record: PreparedRecord, old: DatabaseRecord): void;
  /** The record is equal in both, or only in the database and kept. */
  stayed(record: DatabaseRecord): void;
  removed(old: DatabaseRecord): void;
}

/** The most damaged records that are named. */
const NAMED = 20;

export class Merge {
  readonly counts: CountsByKind = {};
  readonly damage: DamageMet = {
    mended: { records: 0, items: [] },
    kept: { records: 0, items: [] },
  };
  #present: DatabaseRecord | undefined;
  readonly #next: () => DatabaseRecord | undefined;
  /** The kind of the present records, and the bytes that their keys begin with. It changes seldom. */
  #scope: { head: Buffer; counts: KindCounts } | undefined;

  constructor(
    private readonly options: {
      database: DatabaseKind;
      mode: RestoreMode;
      present: () => DatabaseRecord | undefined;
      target: MergeTarget;
      /** The database's last key, where `present` doesn't lead to it. */
      lastKey?: Buffer | undefined;
    },
  ) {
    this.#next = options.present;
    this.#present = this.#next();
  }

  /** Takes the snapshot's next record. Keys must ascend. */
  take(record: PreparedRecord): void {
    const { target } = this.options;
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
    for (let present = this.#present; present; present = this.#present) {
      const order = present.key.compare(bytes, keyStart, keyEnd);
      if (order > 0) break;
      if (order < 0) {
        this.#inDatabaseOnly(present);
        continue;
      }
      const counts = this.#countsOf(bytes, keyStart, keyEnd);
      if (present.isWhole && present.value.compare(bytes, valueStart, valueEnd) === 0) {
        counts.unchanged++;
        target.stayed(present);
      } else if (present.isWhole && present.stays) {
        counts.kept++;
        target.stayed(present);
      } else {
        this.#meet(present, "mended");
        counts.overwritten++;
        target.overwritten(record, present);
      }
      this.#present = this.#next();
      return;
    }
    this.#countsOf(bytes, keyStart, keyEnd).added++;
    const { lastKey } = this.options;
    const isLast =
      this.#present === undefined &&
      (lastKey === undefined || lastKey.compare(bytes, keyStart, keyEnd) < 0);
    target.added(record, isLast);
  }

  /** Ends the merge. The remaining records are only in the database. */
  finish(): void {
    for (let present = this.#present; present; present = this.#present)
      this.#inDatabaseOnly(present);
  }

  #inDatabaseOnly(present: DatabaseRecord): void {
    const counts = this.#countsOf(present.key, 0, present.key.length);
    if (this.options.mode === "replace" && !present.stays) {
      this.#meet(present, "mended");
      counts.removed++;
      this.options.target.removed(present);
    } else {
      this.#meet(present, "kept");
      counts.kept++;
      this.options.target.stayed(present);
    }
    this.#present = this.#next();
  }

  #meet({ key, isWhole }: DatabaseRecord, what: keyof DamageMet): void {
    if (isWhole) return;
    const met = this.damage[what];
    if (++met.records <= NAMED) met.items.push(recordName(key));
  }

  #countsOf(bytes: Buffer, keyStart: number, keyEnd: number): KindCounts {
    const scope = this.#scope;
    if (scope && beginsWith(bytes, keyStart, scope.head)) return scope.counts;
    // verification let no other kind in; if the file was changed since, the transaction is undone in the end
    const kind = recordKind(this.options.database, bytes.subarray(keyStart, keyEnd)) as RecordKind;
    const counts = this.counts[kind] ?? {
      added: 0,
      overwritten: 0,
      unchanged: 0,
      kept: 0,
      removed: 0,
    };
    this.counts[kind] = counts;
    this.#scope = { head: keyHead(kind), counts };
    return counts;
  }
}
