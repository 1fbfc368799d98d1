// Keeps value indexes and totals of streams in step with entries. It collects the changes of a transaction, and changes each
// list and total once.

import { beginsWith, keyHead } from "../../records/keys.js";
import { ENTRY_TAIL_BYTES, isEntryKey } from "../../records/logs/entry-key.js";
import { type FieldIndex, fieldIndexes, type StreamTotal } from "../../records/logs/log-index.js";
import { isLarge, someFields } from "../../records/logs/written-entry.js";
import type { EntryRecord } from "../../records/records.js";
import { knownStreamRecord } from "../stream-record.js";
import type { WriteTables } from "../tables.js";
import type { Derivation, RecordChange } from "./derivation.js";
import { PostingChanges } from "./postings.js";
import { renewIndexes } from "./renew-indexes.js";
import { changeTotal } from "./totals.js";

const MOST_NOTED = 16_384;

/** The state of a stream during one transaction. */
interface StreamState {
  name: string;
  /** `entry␛STREAM␛` */
  head: Buffer;
  indexes: FieldIndex[];
  change: StreamTotal;
  /** Whether a damaged entry was removed, whose postings can't be known any more. */
  isUnsure: boolean;
}

export class LogDerivation implements Derivation {
  readonly #tables: WriteTables;
  readonly #states = new Map<string, StreamState>();
  readonly #coming = new PostingChanges();
  readonly #going = new PostingChanges();
  #current: StreamState | undefined;
  /** How many entries are collected for their lists. */
  #noted = 0;

  constructor(tables: WriteTables) {
    this.#tables = tables;
  }

  changed({ key, old, value, parsed }: RecordChange): void {
    // finishing a purge before a restore removes any number of entries in one transaction
    if (this.#noted >= MOST_NOTED) this.finish();
    const state = this.#stateOf(key);
    if (!state) {
      // the stream's indexes may be others now
      if (beginsWith(key, 0, STREAM)) this.finish();
      return;
    }
    const { indexes, change } = state;
    if (indexes.length > 0) this.#noted++;
    if (old) {
      change.entries--;
      change.bytes -= key.length + old.value.length;
      if (!old.isWhole) state.isUnsure = true;
      else if (indexes.length > 0)
        this.#going.note(indexes, key, indexedFields(indexes, old.value));
    }
    if (value) {
      change.entries++;
      change.bytes += key.length + value.length;
      if (indexes.length > 0)
        this.#coming.note(indexes, key, indexedFields(indexes, value, parsed));
    }
  }

  finish(): void {
    const { derived } = this.#tables;
    // removals first: a changed entry may be in the same list again
    this.#going.write(derived, "remove");
    this.#coming.write(derived, "add");
    for (const { name, change, isUnsure } of this.#states.values()) {
      if (change.entries !== 0 || change.bytes !== 0) changeTotal(this.#tables, name, change);
      if (isUnsure) renewIndexes(this.#tables, name);
    }
    this.#states.clear();
    this.#current = undefined;
    this.#noted = 0;
  }

  #stateOf(key: Uint8Array): StreamState | undefined {
    const current = this.#current;
    const length = key.length - ENTRY_TAIL_BYTES;
    if (current?.head.length === length && beginsWith(key, 0, current.head)) return current;
    if (!isEntryKey(key)) return undefined;
    const name = Buffer.from(key.subarray(ENTRY_HEAD_BYTES, length - 1)).toString();
    this.#current = this.#states.get(name) ?? this.#open(name);
    return this.#current;
  }

  #open(name: string): StreamState {
    const state: StreamState = {
      name,
      head: keyHead("entry", name),
      indexes: fieldIndexes(name, knownStreamRecord(this.#tables, name)?.indexed_fields ?? []),
      change: { entries: 0, bytes: 0 },
      isUnsure: false,
    };
    this.#states.set(name, state);
    return state;
  }
}

/** @param parsed the entry, if it is known; a large entry's may lack the fields */
function indexedFields(indexes: readonly FieldIndex[], value: Uint8Array, parsed?: unknown) {
  const names = indexes.map(({ field }) => field);
  return isLarge(value) || !parsed
    ? someFields(value, names)
    : (parsed as Pick<EntryRecord, "fields">).fields;
}

const STREAM = keyHead("stream");
const ENTRY_HEAD_BYTES = keyHead("entry").byteLength;
