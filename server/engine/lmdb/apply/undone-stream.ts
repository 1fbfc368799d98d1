// What an undo knows of a stream: what is left of it as its entries are taken back, which fields they have, and what its limits
// have removed meanwhile.

import { keyHead, under } from "../../../records/keys.js";
import { entryMs } from "../../../records/logs/entry-key.js";
import type { StreamTotal } from "../../../records/logs/log-index.js";
import { decodeValue, type EntryRecord, type StreamRecord } from "../../../records/records.js";
import { readTotal } from "../../../storage/derived/totals.js";
import { type LimitsSince, removedByLimits } from "../../../storage/retention-since.js";
import { expiry, knownStreamRecord } from "../../../storage/stream-record.js";
import type { Environment } from "../environment.js";
import type { DatabaseRecord } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";

export interface UndoneStreamOptions {
  name: string;
  database: Environment;
  deleted: ReadonlySet<string>;
  streams: ReadonlyMap<string, StreamRecord>;
  isWritten: boolean;
  nowMs: number;
}

export class UndoneStream {
  readonly name: string;
  /** `entry␛STREAM␛` */
  readonly head: Buffer;
  /** The stream's total once all earlier keys have been taken back. */
  readonly total: StreamTotal;
  readonly isDeleted: boolean;
  readonly #database: Environment;
  readonly #isWritten: boolean;
  readonly #limits: LimitsSince;
  readonly #oldest: Buffer | undefined;
  /** In a dry run, by how many the entries with a field would change. */
  readonly #fieldChanges = new Map<string, number>();
  #fields: Set<string> | undefined;

  /** Make it before any of the stream's records changes. */
  constructor({ name, database, deleted, streams, isWritten, nowMs }: UndoneStreamOptions) {
    this.name = name;
    this.head = keyHead("entry", name);
    this.total = readTotal(database, name);
    this.isDeleted = deleted.has(name);
    this.#database = database;
    this.#isWritten = isWritten;
    const later = streams.get(name);
    this.#limits = { now: knownStreamRecord(database, name), later, nowMs };
    [this.#oldest] = [...database.records.keys({ ...under("entry", name), limit: 1 })];
  }

  /** See {@link removedByLimits}. @param key the key of an entry that the restore wrote, and that isn't there */
  removedByLimits(key: Buffer): "comes back" | "stays away" | undefined {
    const isOldest = this.#oldest === undefined || Buffer.compare(key, this.#oldest) < 0;
    return removedByLimits({ ms: entryMs(key), isOldest }, this.#limits);
  }

  /** Whether the stream's limits remove an entry that comes back. */
  isExpired(key: Buffer): boolean {
    const from = expiry(this.#limits.later, this.#limits.nowMs);
    return from > 0 && entryMs(key) < from;
  }

  /** Counts an entry that is taken back. @param comesBack whether it is put back; otherwise it goes */
  count({ key, value }: PreparedRecord, present: DatabaseRecord | undefined, comesBack: boolean) {
    const { total } = this;
    if (present) {
      total.entries--;
      total.bytes -= present.key.length + present.value.length;
    }
    if (comesBack) {
      total.entries++;
      total.bytes += key.length + value.length;
    }
    if (this.#isWritten) return;
    if (present?.isWhole) countFields(this.#fieldChanges, present.value, -1);
    if (comesBack) countFields(this.#fieldChanges, value, 1);
  }

  /**
   * Whether the record of the stream or of a field is still needed, because entries have come since that have the field.
   * @param before `ENTRIES BYTES` from before the restore
   */
  needs(kind: string, field: string, before: string): boolean {
    const { entries, bytes } = this.total;
    if (entries === 0) return false;
    const [entriesBefore = 0, bytesBefore = 0] = before.split(" ").map(Number);
    if (entries === entriesBefore && bytes === bytesBefore) return false;
    // with fewer entries, its limits have removed some; a stream without a configuration then needs none now
    if (kind === "stream") return entries > entriesBefore || bytes > bytesBefore;
    return this.#fieldsNow().has(field);
  }

  /** The fields of the stream's entries now. A dry run finds the entries of before, and adds what it would have changed. */
  #fieldsNow(): Set<string> {
    if (this.#fields) return this.#fields;
    const counts = new Map(this.#fieldChanges);
    const range = under("entry", this.name);
    for (const { value, isWhole } of this.#database.records.findRange(range))
      if (isWhole) countFields(counts, value, 1);
    this.#fields = new Set([...counts].flatMap(([field, count]) => (count > 0 ? [field] : [])));
    return this.#fields;
  }
}

function countFields(counts: Map<string, number>, entry: Buffer, change: 1 | -1): void {
  for (const field of Object.keys(decodeValue<EntryRecord>(entry).fields))
    counts.set(field, (counts.get(field) ?? 0) + change);
}
