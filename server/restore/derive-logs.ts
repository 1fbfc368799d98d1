// Value indexes and totals of streams, kept right while a restore changes entries and stream configurations.
// A restore can change which fields are indexed: then the entries that stay are indexed anew as well.

import { type KeyRange, under } from "../database/keys.js";
import type { Table } from "../database/open.js";
import {
  decodeValue,
  type EntryRecord,
  type StreamRecord,
  streamKey,
} from "../database/records.js";
import {
  encodeTotal,
  type FieldIndex,
  fieldIndexes,
  indexKeys,
  type StreamTotal,
  totalKey,
} from "../logs/derived.js";
import { isEntryKey, streamEnd } from "../logs/entry-key.js";
import type { BaseRecord } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";
import type { Derivation, DerivationOptions } from "./target.js";

const EMPTY = Buffer.alloc(0);
/** Index keys come in order of time, the index is in order of value: sorted runs of this many are put at once. */
const SORTED_RUN = 16_384;

/** What a restore knows of one stream. */
interface StreamState {
  name: string;
  /** `entry␛STREAM␛` */
  head: Buffer;
  /** Indexed after. */
  all: FieldIndex[];
  /** Indexed before and after: its keys change with their entries. */
  lasting: FieldIndex[];
  /** Indexed after, not before: every entry gets its keys. */
  fresh: FieldIndex[];
  /** Indexed before, not after. */
  dropped: FieldIndex[];
  total: StreamTotal;
}

export class LogDerivation implements Derivation {
  readonly #derived: Table;
  readonly #records: Table;
  readonly #final: ReadonlyMap<string, StreamRecord>;
  readonly #states = new Map<string, StreamState>();
  #current: StreamState | undefined;
  #puts: Buffer[] = [];

  constructor({ database, streams }: DerivationOptions) {
    this.#derived = database.derived;
    this.#records = database.records;
    this.#final = streams;
    // also the streams without a single entry: their indexes may have to go
    for (const { key, value } of this.#records.getRange(under("stream"))) {
      const name = (key as Buffer).subarray(STREAM_HEAD_BYTES).toString();
      this.#open(name, decodeValue<StreamRecord>(value));
    }
  }

  added({ key, value, index }: PreparedRecord): void {
    const state = this.#stateOf(key);
    if (!state) return;
    state.total.entries++;
    state.total.bytes += key.byteLength + value.byteLength;
    if (index) this.#putPrepared(index);
    else this.#put(state.all, key, value);
  }

  overwritten({ key, value, index }: PreparedRecord, old: Buffer): void {
    const state = this.#stateOf(key);
    if (!state) return;
    state.total.bytes += value.byteLength - old.byteLength;
    this.#remove(state.lasting, key, old);
    if (index) this.#putPrepared(index);
    else this.#put(state.all, key, value);
  }

  stayed({ key, value }: BaseRecord): void {
    const state = this.#stateOf(key);
    if (state) this.#put(state.fresh, key, value);
  }

  removed({ key, value }: BaseRecord): void {
    const state = this.#stateOf(key);
    if (!state) return;
    state.total.entries--;
    state.total.bytes -= key.byteLength + value.byteLength;
    this.#remove(state.lasting, key, value);
  }

  finish(): void {
    this.#flush();
    for (const { name, dropped, total } of this.#states.values()) {
      for (const { field } of dropped) this.#drop(under("index", name, field));
      if (total.entries > 0) this.#derived.putSync(totalKey(name), encodeTotal(total));
      else this.#derived.removeSync(totalKey(name));
    }
  }

  #stateOf(key: Buffer): StreamState | undefined {
    if (!isEntryKey(key)) return undefined;
    const length = streamEnd(key) + 1;
    const { head } = this.#current ?? {};
    if (!head || head.byteLength !== length || key.compare(head, 0, length, 0, length) !== 0) {
      const name = key.toString("utf8", ENTRY_HEAD_BYTES, length - 1);
      this.#current = this.#states.get(name) ?? this.#open(name, undefined);
    }
    return this.#current;
  }

  #open(name: string, before: StreamRecord | undefined): StreamState {
    const had = fieldIndexes(name, before?.indexed_fields ?? []);
    const has = fieldIndexes(name, this.#final.get(name)?.indexed_fields ?? []);
    const isIn = (indexes: FieldIndex[]) => (index: FieldIndex) =>
      indexes.some(({ field }) => field === index.field);
    const total = this.#derived.get(totalKey(name));
    const state: StreamState = {
      name,
      head: Buffer.from(`entry\x1b${name}\x1b`),
      all: has,
      lasting: has.filter(isIn(had)),
      fresh: has.filter((index) => !isIn(had)(index)),
      dropped: had.filter((index) => !isIn(has)(index)),
      total: total ? decodeValue<StreamTotal>(total) : { entries: 0, bytes: 0 },
    };
    this.#states.set(name, state);
    return state;
  }

  #putPrepared(index: readonly Buffer[]): void {
    for (const derived of index) this.#puts.push(derived);
    if (this.#puts.length >= SORTED_RUN) this.#flush();
  }

  #put(indexes: FieldIndex[], key: Buffer, value: Buffer): void {
    if (indexes.length > 0) this.#putPrepared(indexKeys(indexes, key, fieldsOf(value)));
  }

  #remove(indexes: FieldIndex[], key: Buffer, value: Buffer): void {
    if (indexes.length === 0) return;
    for (const derived of indexKeys(indexes, key, fieldsOf(value)))
      this.#derived.removeSync(derived);
  }

  #drop(range: KeyRange): void {
    for (;;) {
      // not while a cursor walks them
      const keys = [...this.#derived.getKeys({ ...range, limit: SORTED_RUN })];
      if (keys.length === 0) return;
      for (const key of keys) this.#derived.removeSync(key);
    }
  }

  #flush(): void {
    this.#puts.sort(Buffer.compare);
    for (const derived of this.#puts) this.#derived.putSync(derived, EMPTY);
    this.#puts = [];
  }
}

type Fields = Readonly<Record<string, string>>;

const fieldsOf = (value: Buffer): Fields => decodeValue<EntryRecord>(value).fields;

const ENTRY_HEAD_BYTES = "entry\x1b".length;
const STREAM_HEAD_BYTES = streamKey("").byteLength;
