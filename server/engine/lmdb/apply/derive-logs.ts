// Keeps value indexes and totals of streams right while a restore changes entries and configurations of streams. A restore can
// change which fields are indexed. The entries that stay are then indexed anew, too.

import { beginsWith, type KeyRange, keyHead, under } from "../../../records/keys.js";
import { ENTRY_TAIL_BYTES, isEntryKey } from "../../../records/logs/entry-key.js";
import {
  encodeTotal,
  type FieldIndex,
  fieldIndexes,
  type StreamTotal,
  totalKey,
} from "../../../records/logs/log-index.js";
import { decodeValue, type EntryRecord, type StreamRecord } from "../../../records/records.js";
import type { SelectedRange } from "../../../records/selection.js";
import { PostingChanges } from "../../../storage/derived/postings.js";
import { renewIndexes } from "../../../storage/derived/renew-indexes.js";
import { readTotal } from "../../../storage/derived/totals.js";
import type { WriteTable } from "../../../storage/tables.js";
import { finishUnfinished } from "../../../storage/unfinished/finish-unfinished.js";
import type { Environment } from "../environment.js";
import { changeIn } from "../transact.js";
import { KeysOfPart } from "./keys-of-part.js";
import type { DatabaseRecord } from "./merge.js";
import { PostingAppender } from "./posting-appender.js";
import type { PreparedRecord } from "./prepared-record.js";
import type { DerivationOptions, RestoreDerivation } from "./target.js";

/** The postings that this thread makes itself are written once there are this many. */
const MOST_NOTED = 16_384;
const DROPPED_AT_ONCE = 10_000;

/** What a restore knows of a stream. */
interface StreamState {
  name: string;
  /** `entry␛STREAM␛` */
  head: Buffer;
  /** Fields indexed after the restore. */
  all: FieldIndex[];
  /** Fields indexed before and after it. Their postings change with the entries. */
  lasting: FieldIndex[];
  /** Fields indexed only after it. Every entry gets postings. */
  fresh: FieldIndex[];
  /** Fields indexed only before it. */
  dropped: FieldIndex[];
  total: StreamTotal;
  /** Whether the restore sees all of its entries. If not, the total changes by those that it sees. */
  isSeen: boolean;
  /** Whether a damaged entry was removed, whose postings can't be known any more. */
  isUnsure: boolean;
  /** Whether most of its entries go. Making its indexes anew from the rest is then quicker than removing postings. */
  isRenewed: boolean;
}

export class LogRestoreDerivation implements RestoreDerivation {
  readonly #derived: WriteTable;
  readonly #database: Environment;
  readonly #final: ReadonlyMap<string, StreamRecord>;
  readonly #part: KeysOfPart | undefined;
  readonly #renewed: ReadonlySet<string>;
  /** The streams as they were; undefined for a damaged one. */
  readonly #had = new Map<string, StreamRecord | undefined>();
  readonly #states = new Map<string, StreamState>();
  #current: StreamState | undefined;
  readonly #postings: PostingAppender;
  /** Postings that no other thread has made. */
  readonly #coming = new PostingChanges();
  readonly #going = new PostingChanges();
  #noted = 0;

  constructor({ database, writers, streams, ranges, renewed }: DerivationOptions) {
    this.#postings = new PostingAppender(database.derived, writers.derived);
    this.#derived = database.derived;
    this.#database = database;
    this.#final = streams;
    this.#renewed = renewed;
    this.#part = ranges && new KeysOfPart(ranges);
    // even streams without a single entry: their indexes may have to go
    for (const { key, value, isWhole } of database.records.findRange(under("stream"))) {
      const name = key.subarray(STREAM_HEAD_BYTES).toString();
      const record = isWhole ? decodeValue<StreamRecord>(value) : undefined;
      this.#had.set(name, record);
      // a part leaves all other streams as they are
      if (this.#part?.has(key) ?? true) this.#open(name);
    }
  }

  added(record: PreparedRecord): void {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
    const state = this.#stateOf(bytes, keyStart, keyEnd);
    if (!state) {
      this.#streamComes(record.key);
      return;
    }
    state.total.entries++;
    state.total.bytes += keyEnd - keyStart + valueEnd - valueStart;
    if (!record.wantPostings()) this.#putAll(state, record);
  }

  /** All of its entries may have been there before, so that the restore sees none of them. They are indexed all the same. */
  #streamComes(key: Buffer): void {
    if (!beginsWith(key, 0, STREAM_HEAD)) return;
    const name = key.subarray(STREAM_HEAD_BYTES).toString();
    if (!this.#states.has(name)) this.#open(name);
  }

  overwritten(record: PreparedRecord, old: DatabaseRecord): void {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
    const state = this.#stateOf(bytes, keyStart, keyEnd);
    if (!state) return;
    state.total.entries++;
    state.total.bytes += keyEnd - keyStart + valueEnd - valueStart;
    this.#leave(state, old);
    this.#remove(state, old);
    if (!record.wantPostings()) this.#putAll(state, record);
  }

  stayed({ key, value, isWhole }: DatabaseRecord): void {
    const state = this.#stateOf(key, 0, key.length);
    if (!state) return;
    // a stream whose entries are all seen is counted anew
    if (!state.isSeen) return;
    state.total.entries++;
    state.total.bytes += key.length + value.length;
    // a damaged entry has no postings, because its fields can't be trusted
    if (isWhole) this.#put(state.fresh, key, value);
  }

  removed(old: DatabaseRecord): void {
    const state = this.#stateOf(old.key, 0, old.key.length);
    if (!state) return;
    this.#leave(state, old);
    this.#remove(state, old);
  }

  blockEnd(block: PreparedRecord): void {
    // removals first: a changed entry may be in the same list again
    this.#flush();
    block.eachList((head, moments) => this.#postings.add(head, moments));
  }

  finish(): void {
    this.#flush();
    for (const { name, dropped, total } of this.#states.values()) {
      for (const { field } of dropped) this.#drop(under("index", name, field));
      if (total.entries > 0) this.#derived.put(totalKey(name), encodeTotal(total));
      else this.#derived.remove(totalKey(name));
    }
    for (const { name, isUnsure, isSeen, isRenewed, fresh, total } of this.#states.values()) {
      if (isRenewed && total.entries === 0) this.#drop(under("index", name));
      else if (isUnsure || isRenewed || (!isSeen && fresh.length > 0))
        renewIndexes(this.#database, name);
    }
    changeIn(this.#database, finishUnfinished);
  }

  #stateOf(bytes: Buffer, keyStart: number, keyEnd: number): StreamState | undefined {
    const current = this.#current;
    const length = keyEnd - keyStart - ENTRY_TAIL_BYTES;
    if (current?.head.length === length && beginsWith(bytes, keyStart, current.head))
      return current;
    const key = bytes.subarray(keyStart, keyEnd);
    if (!isEntryKey(key)) return undefined;
    const name = key.toString("utf8", ENTRY_HEAD_BYTES, length - 1);
    this.#current = this.#states.get(name) ?? this.#open(name);
    return this.#current;
  }

  #open(name: string): StreamState {
    const before = this.#had.get(name);
    const isSeen = coversEntries(name, this.#part?.ranges);
    const had = fieldIndexes(name, before?.indexed_fields ?? []);
    const has = fieldIndexes(name, this.#final.get(name)?.indexed_fields ?? []);
    const isIn = (indexes: FieldIndex[]) => (index: FieldIndex) =>
      indexes.some(({ field }) => field === index.field);
    const state: StreamState = {
      name,
      head: keyHead("entry", name),
      all: has,
      lasting: has.filter(isIn(had)),
      fresh: has.filter((index) => !isIn(had)(index)),
      dropped: had.filter((index) => !isIn(has)(index)),
      total: isSeen ? { entries: 0, bytes: 0 } : readTotal(this.#database, name),
      isSeen,
      isUnsure: this.#had.has(name) && before === undefined,
      isRenewed: this.#renewed.has(name),
    };
    this.#states.set(name, state);
    return state;
  }

  /** Takes the old value of an entry out of indexes and total. */
  #leave({ isSeen, total }: StreamState, { key, value }: DatabaseRecord): void {
    if (isSeen) return;
    total.entries--;
    total.bytes -= key.length + value.length;
  }

  #putAll({ isRenewed, all }: StreamState, { key, value }: PreparedRecord): void {
    if (!isRenewed) this.#put(all, key, value);
  }

  #put(indexes: FieldIndex[], key: Buffer, value: Buffer): void {
    this.#note(this.#coming, indexes, { key, value });
  }

  #remove(state: StreamState, old: DatabaseRecord): void {
    if (state.isRenewed) return;
    if (old.isWhole) this.#note(this.#going, state.lasting, old);
    else state.isUnsure = true;
  }

  #note(
    changes: PostingChanges,
    indexes: FieldIndex[],
    { key, value }: { key: Buffer; value: Buffer },
  ): void {
    if (indexes.length === 0) return;
    changes.note(indexes, key, fieldsOf(value));
    if (++this.#noted >= MOST_NOTED) this.#flush();
  }

  #drop(range: KeyRange): void {
    for (;;) {
      // listed first, because a cursor must not walk what is being removed
      const keys = [...this.#derived.keys({ ...range, limit: DROPPED_AT_ONCE })];
      if (keys.length === 0) return;
      for (const key of keys) this.#derived.remove(key);
    }
  }

  #flush(): void {
    if (this.#noted === 0) return;
    this.#noted = 0;
    for (const { head, moments } of this.#going.take()) this.#postings.remove(head, moments);
    for (const { head, moments } of this.#coming.take())
      this.#postings.add(head, Buffer.concat(moments));
  }
}

/** Whether all entries of a stream are in one of the ranges. */
function coversEntries(stream: string, ranges: readonly SelectedRange[] | undefined): boolean {
  if (!ranges) return true;
  const all = under("entry", stream);
  return ranges.some(
    ({ start, end }) => all.start.compare(start) >= 0 && all.end.compare(end) <= 0,
  );
}

type Fields = Readonly<Record<string, string>>;

const fieldsOf = (value: Buffer): Fields => decodeValue<EntryRecord>(value).fields;

const ENTRY_HEAD_BYTES = keyHead("entry").byteLength;
const STREAM_HEAD = keyHead("stream");
const STREAM_HEAD_BYTES = STREAM_HEAD.byteLength;
