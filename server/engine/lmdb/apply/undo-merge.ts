// Takes a restore back, change by change. A record that it overwrote or removed gets its value from before; one that it added
// goes. A record that somebody has changed since stays, unless the caller says otherwise. All other records aren't looked at.

import {
  type ChangeHead,
  type FoundNow,
  isNoChange,
  outcomeOf,
  type UndoOutcome,
} from "../../../formats/snapshot/undo-change.js";
import { isOfUserMadeAnew, type UsersOfRun } from "../../../records/auth/made-anew.js";
import { beginsWith, keyHead, segments } from "../../../records/keys.js";
import type { RecordKind } from "../../../records/kinds.js";
import { ENTRY_TAIL_BYTES, isEntryKey, streamOf } from "../../../records/logs/entry-key.js";
import { recordName } from "../../../records/record-name.js";
import { recordKind, type StreamRecord } from "../../../records/records.js";
import type { CountsByKind, KindCounts } from "../../../records/reports.js";
import { renewIndexes } from "../../../storage/derived/renew-indexes.js";
import type { Undone } from "../../../storage/engine.js";
import type { Environment } from "../environment.js";
import type { MergeTarget } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";
import type { SoughtRecords } from "./sought-records.js";
import { UndoneStream } from "./undone-stream.js";

const STREAM_HEAD = keyHead("stream");
/** The most changed records that are named. */
const NAMED = 100;
const NOTHING = Buffer.alloc(0);

export interface UndoMergeOptions {
  database: Environment;
  /** The records before the first change. */
  present: SoughtRecords;
  overwriteChanged: boolean;
  target: MergeTarget;
  /** Whether the target changes records. What is found later is then what is left. */
  isWritten: boolean;
  users: UsersOfRun;
  /** Streams that are gone, so that their entries can't come back. */
  deleted: ReadonlySet<string>;
  /** The streams as they will be. */
  streams: ReadonlyMap<string, StreamRecord>;
  /** Streams that have had tighter limits than they will have. */
  tightened: readonly string[];
}

export class UndoMerge {
  readonly counts: CountsByKind = {};
  readonly #changed: Undone["changed"] = { records: 0, items: [] };
  readonly #needed: string[] = [];
  readonly #withoutStream = new Set<string>();
  readonly #retired = new Map<string, number>();
  readonly #expired = new Map<string, number>();
  readonly #streams = new Map<string, UndoneStream>();
  readonly #nowMs = Date.now();
  /** The stream of the present entries. */
  #current: UndoneStream | undefined;
  /** The kind of the present records, and the bytes that their keys begin with. */
  #scope: { head: Buffer; counts: KindCounts } | undefined;

  constructor(private readonly options: UndoMergeOptions) {}

  get undone(): Undone {
    return {
      changed: this.#changed,
      needed: this.#needed,
      withoutStream: [...this.#withoutStream],
      retired: this.#retired,
      expired: this.#expired,
      tightened: this.options.tightened,
    };
  }

  /** Takes the next change. @param record with the value from before */
  take(record: PreparedRecord, head: ChangeHead): void {
    const { database, present: sought, target } = this.options;
    const { bytes, keyStart, keyEnd } = record;
    const present = sought.find(bytes, keyStart, keyEnd);
    const old = head.had ? record.value : NOTHING;
    // an undo of this undo must know of the streams and users that stay
    const isStream = beginsWith(bytes, keyStart, STREAM_HEAD);
    const stays = () => present && (isStream || database.kind === "auth") && target.stayed(present);
    if (head.had && isNoChange(head, { key: record.key, old })) {
      stays();
      return;
    }
    const counts = this.#countsOf(bytes, keyStart, keyEnd);
    const { outcome, isChanged } = this.#outcome(record, head, { present, old });
    if (outcome === "as before") {
      counts.unchanged++;
      stays();
      return;
    }
    const isKept =
      outcome === "changed" || outcome === "retired" || this.#isNeeded(record, outcome);
    if (isChanged) this.#noteChanged(record.key);
    if (isKept) {
      counts.kept++;
      stays();
      return;
    }
    const stream = this.#streamOfEntry(bytes, keyStart, keyEnd);
    stream?.count(record, present, outcome === "put back");
    if (outcome === "put back") {
      if (stream?.isExpired(record.key)) countOne(this.#expired, stream.name);
      counts[present ? "overwritten" : "added"]++;
      if (present) target.overwritten(record, present);
      else target.added(record, false);
    } else if (present) {
      counts.removed++;
      if (isStream && this.options.isWritten) this.#leaveIndexes(record.key);
      target.removed(present);
    }
  }

  #outcome(
    record: PreparedRecord,
    head: ChangeHead,
    { present, old }: { present: FoundNow | undefined; old: Buffer },
  ): { outcome: UndoOutcome | "retired"; isChanged: boolean } {
    const { overwriteChanged } = this.options;
    const { bytes, keyStart, keyEnd } = record;
    if (!present && head.had && head.wrote) {
      const stream = this.#streamOfEntry(bytes, keyStart, keyEnd);
      const retention = stream?.removedByLimits(record.key);
      if (stream && retention === "stays away") {
        countOne(this.#retired, stream.name);
        return { outcome: "retired", isChanged: false };
      }
      if (retention === "comes back") return { outcome: "put back", isChanged: false };
    }
    const asFound = outcomeOf(present, head, { old, overwriteChanged });
    if (asFound.outcome === "put back" && this.#isOfAnother(record.key))
      return { outcome: "changed", isChanged: true };
    return asFound;
  }

  /**
   * Whether a token's user was made anew. Keys of tokens come before those of users, so the users are still as they were before
   * this undo.
   */
  #isOfAnother(recordKey: Buffer): boolean {
    const { database, overwriteChanged, users } = this.options;
    if (overwriteChanged) return false;
    return isOfUserMadeAnew(recordKey, users, (of) => database.records.find(of)?.value);
  }

  /** Takes note of a stream that loses its configuration, and with it its indexes, whatever entries it has. */
  #leaveIndexes(recordKey: Buffer): void {
    const [, name = ""] = segments(recordKey);
    if (this.#stream(name).total.entries > 0) renewIndexes(this.options.database, name);
  }

  #noteChanged(recordKey: Buffer): void {
    if (++this.#changed.records <= NAMED) this.#changed.items.push(recordName(recordKey));
  }

  /**
   * Whether newer entries need a field or a stream. Keys of entries come before those of fields, and these before those of
   * streams.
   */
  #isNeeded(record: PreparedRecord, outcome: "put back" | "taken out"): boolean {
    const { bytes, keyStart, keyEnd } = record;
    if (this.options.database.kind !== "logs") return false;
    const ofEntry = this.#streamOfEntry(bytes, keyStart, keyEnd);
    if (ofEntry) {
      if (outcome !== "put back" || !ofEntry.isDeleted) return false;
      this.#withoutStream.add(ofEntry.name);
      return true;
    }
    const [kind = "", name = "", field = ""] = segments(record.key);
    const stream = this.#stream(name);
    if (outcome === "put back") return kind === "field" && stream.isDeleted;
    const isNeeded = stream.needs(kind, field, record.value.toString());
    if (isNeeded) this.#needed.push(recordName(record.key));
    return isNeeded;
  }

  /** The stream whose entry has this key; undefined for any other record. */
  #streamOfEntry(bytes: Buffer, keyStart: number, keyEnd: number): UndoneStream | undefined {
    if (this.options.database.kind !== "logs") return undefined;
    const current = this.#current;
    const length = keyEnd - keyStart - ENTRY_TAIL_BYTES;
    if (current?.head.length === length && beginsWith(bytes, keyStart, current.head))
      return current;
    const key = bytes.subarray(keyStart, keyEnd);
    if (!isEntryKey(key)) return undefined;
    this.#current = this.#stream(streamOf(key));
    return this.#current;
  }

  #stream(name: string): UndoneStream {
    const known = this.#streams.get(name);
    if (known) return known;
    const stream = new UndoneStream({ ...this.options, name, nowMs: this.#nowMs });
    this.#streams.set(name, stream);
    return stream;
  }

  #countsOf(bytes: Buffer, keyStart: number, keyEnd: number): KindCounts {
    const scope = this.#scope;
    if (scope && beginsWith(bytes, keyStart, scope.head)) return scope.counts;
    const { kind: database } = this.options.database;
    const kind = recordKind(database, bytes.subarray(keyStart, keyEnd)) as RecordKind;
    const none = { added: 0, overwritten: 0, unchanged: 0, kept: 0, removed: 0 };
    this.counts[kind] ??= none;
    const counts = this.counts[kind];
    this.#scope = { head: keyHead(kind), counts };
    return counts;
  }
}

function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
