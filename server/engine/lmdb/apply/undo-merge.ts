// Takes a restore back, change by change: what it overwrote or removed gets its value from before, what it added goes. What
// somebody has changed since stays as it is, unless told. All other records aren't looked at.

import {
  type ChangeHead,
  isNoChange,
  type Outcome,
  outcomeOf,
} from "../../../formats/snapshot/undo-change.js";
import { isOfUserMadeAnew, type UsersOfRun } from "../../../records/auth/made-anew.js";
import { beginsWith, keyHead, segments, under } from "../../../records/keys.js";
import type { RecordKind } from "../../../records/kinds.js";
import { isEntryKey, streamOf } from "../../../records/logs/entry-key.js";
import type { StreamTotal } from "../../../records/logs/log-index.js";
import { recordName } from "../../../records/record-name.js";
import { decodeValue, type EntryRecord, recordKind } from "../../../records/records.js";
import type { CountsByKind, KindCounts } from "../../../records/reports.js";
import { renewIndexes } from "../../../storage/derived/renew-indexes.js";
import { readTotal } from "../../../storage/derived/totals.js";
import type { Undone } from "../../../storage/engine.js";
import type { Environment } from "../environment.js";
import type { OpenedValue } from "../stored-value.js";
import type { DatabaseRecord, MergeTarget } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";

const STREAM_HEAD = keyHead("stream");
/** So many are named. */
const NAMED = 100;

/** An undo knows this of a stream. */
interface StreamState {
  /** The stream's total once all earlier keys have been taken back. */
  total: StreamTotal;
  isDeleted: boolean;
  /** Names of fields that its entries have; worked out when they are asked for. */
  fields: Set<string> | undefined;
  /** In a dry run: how many more entries with a field there would be than there are. */
  fieldChanges: Map<string, number>;
}

export interface UndoMergeOptions {
  database: Environment;
  overwriteChanged: boolean;
  target: MergeTarget;
  /** Whether the target changes records: what is found then is what is left. */
  isWritten: boolean;
  users: UsersOfRun;
  /** Streams whose entries have nowhere to come back to. */
  deleted: ReadonlySet<string>;
}

export class UndoMerge {
  readonly counts: CountsByKind = {};
  readonly undone: Undone = { changed: { records: 0, items: [] }, needed: [], withoutStream: [] };
  readonly #streams = new Map<string, StreamState>();

  constructor(private readonly options: UndoMergeOptions) {}

  /** Takes the next change. @param record with the value from before */
  take(record: PreparedRecord, head: ChangeHead): void {
    const { database, overwriteChanged, target } = this.options;
    const { key: recordKey, value: old } = record;
    const found = database.records.find(recordKey);
    const present = found && databaseRecordOf(Buffer.from(recordKey), found);
    // what keeps this for an undo must know of the streams and users that stay
    const isStream = beginsWith(recordKey, 0, STREAM_HEAD);
    const stays = () => present && (isStream || database.kind === "auth") && target.stayed(present);
    if (isNoChange(head, { key: recordKey, old })) {
      stays();
      return;
    }
    const counts = this.#countsOf(recordKey);
    const asFound = outcomeOf(found, head, { old, overwriteChanged });
    const { outcome, isChanged } = this.#isOfAnother(recordKey, asFound.outcome)
      ? { outcome: "changed" as const, isChanged: true }
      : asFound;
    if (outcome === "as before") {
      counts.unchanged++;
      stays();
      return;
    }
    const isKept = outcome === "changed" || this.#isNeeded(recordKey, { outcome, old });
    if (isChanged) this.#noteChanged(recordKey);
    if (isKept) {
      counts.kept++;
      stays();
      return;
    }
    this.#countEntries(record, { outcome, present });
    if (outcome === "put back") {
      counts[present ? "overwritten" : "added"]++;
      if (present) target.overwritten(record, present);
      else target.added(record, false);
    } else if (present) {
      counts.removed++;
      if (isStream && this.options.isWritten) this.#leaveIndexes(recordKey);
      target.removed(present);
    }
  }

  /** Keys of tokens come before those of users, so the users are still as they were before this undo. */
  #isOfAnother(recordKey: Buffer, outcome: Outcome): boolean {
    const { database, overwriteChanged, users } = this.options;
    if (outcome !== "put back" || overwriteChanged) return false;
    return isOfUserMadeAnew(recordKey, users, (of) => database.records.find(of)?.value);
  }

  /** A stream without a configuration has no indexes, whatever entries it has. Settled when all is done. */
  #leaveIndexes(recordKey: Buffer): void {
    const [, name = ""] = segments(recordKey);
    if (this.#stream(name).total.entries > 0) renewIndexes(this.options.database, name);
  }

  #noteChanged(recordKey: Buffer): void {
    const { changed } = this.undone;
    if (++changed.records <= NAMED) changed.items.push(recordName(recordKey));
  }

  /** Keys of entries come before those of fields, and these before those of streams. */
  #isNeeded(recordKey: Buffer, { outcome, old }: { outcome: Outcome; old: Buffer }): boolean {
    if (this.options.database.kind !== "logs") return false;
    if (isEntryKey(recordKey)) {
      const name = streamOf(recordKey);
      if (outcome !== "put back" || !this.#stream(name).isDeleted) return false;
      const { withoutStream } = this.undone;
      if (!withoutStream.includes(name)) withoutStream.push(name);
      return true;
    }
    const [kind, name = "", field = ""] = segments(recordKey);
    const stream = this.#stream(name);
    if (outcome === "put back") return kind === "field" && stream.isDeleted;
    const { entries, bytes } = stream.total;
    if (entries === 0 || `${entries} ${bytes}` === old.toString()) return false;
    const isNeeded = kind === "stream" || this.#fieldsOf(name, stream).has(field);
    if (isNeeded) this.undone.needed.push(recordName(recordKey));
    return isNeeded;
  }

  #countEntries(
    { key, value }: PreparedRecord,
    { outcome, present }: { outcome: Outcome; present: DatabaseRecord | undefined },
  ): void {
    if (this.options.database.kind !== "logs" || !isEntryKey(key)) return;
    const { total, fieldChanges } = this.#stream(streamOf(key));
    if (present) {
      total.entries--;
      total.bytes -= key.length + present.value.length;
    }
    if (outcome === "put back") {
      total.entries++;
      total.bytes += key.length + value.length;
    }
    if (this.options.isWritten) return;
    if (present?.isWhole) countFields(fieldChanges, present.value, -1);
    if (outcome === "put back") countFields(fieldChanges, value, 1);
  }

  #stream(name: string): StreamState {
    const known = this.#streams.get(name);
    if (known) return known;
    const { database, deleted } = this.options;
    const total = readTotal(database, name);
    const state: StreamState = {
      total,
      isDeleted: deleted.has(name),
      fields: undefined,
      fieldChanges: new Map(),
    };
    this.#streams.set(name, state);
    return state;
  }

  /** A dry run finds entries as they were before it, and knows what it would have changed of them. */
  #fieldsOf(name: string, stream: StreamState): Set<string> {
    if (stream.fields) return stream.fields;
    const counts = new Map(stream.fieldChanges);
    for (const { value, isWhole } of this.options.database.records.findRange(under("entry", name)))
      if (isWhole) countFields(counts, value, 1);
    stream.fields = new Set([...counts].flatMap(([field, count]) => (count > 0 ? [field] : [])));
    return stream.fields;
  }

  #countsOf(recordKey: Buffer): KindCounts {
    const kind = recordKind(this.options.database.kind, recordKey) as RecordKind;
    this.counts[kind] ??= { added: 0, overwritten: 0, unchanged: 0, kept: 0, removed: 0 };
    return this.counts[kind];
  }
}

function countFields(counts: Map<string, number>, entry: Buffer, change: 1 | -1): void {
  for (const field of Object.keys(decodeValue<EntryRecord>(entry).fields))
    counts.set(field, (counts.get(field) ?? 0) + change);
}

/** A copy: the database may use that memory for its next answer. */
const databaseRecordOf = (recordKey: Buffer, found: OpenedValue): DatabaseRecord => ({
  key: recordKey,
  value: Buffer.from(found.value),
  checksum: found.checksum,
  isWhole: found.isWhole,
  stays: false,
});
