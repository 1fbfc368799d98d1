// The second pass of an import: what the translators of the three databases share. They walk the staged keys
// and put records; here is decided what is dead, which of two records for one key wins, and what may stand.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind, RecordKind } from "../../records/kinds.js";
import { printable, recordKind, recordProblem } from "../../records/records.js";
import { IMPORTED_VALUE_MAX_BYTES } from "../../records/values.js";
import { type Named, Names } from "./names.js";
import type { Row } from "./row.js";
import type { Sorter } from "./sorter.js";
import { fate, stagedValue } from "./stage.js";
import { counted, type Sentence, type Warnings } from "./warnings.js";

export interface TranslationOptions {
  /** The staged keys: those of entries, and all others. */
  entries: Sorter;
  others: Sorter;
  /** Empty still: for records but entries. */
  records: Sorter;
  database: DatabaseKind;
  warnings: Warnings;
  /** Unix seconds. */
  now: number;
  /** Whether the file has keys of FlowG 0.61 or later. */
  hasEscape: boolean;
}

export interface LifeFacts {
  deleted: number;
  expired: number;
  live: number;
  /** Live keys of FlowG's own indexes that were staged: rebuilt here, not taken. */
  indexKeys: number;
  /** Live keys that could not be taken; each is in a warning. */
  leftOut: number;
}

/** Records in the order of their keys; in between, for want of any, a moment for others. */
export type Records = Generator<Row | undefined>;

/** The values that several putters gave one key. */
export interface Gathered {
  key: Buffer;
  /** The value of the record that stays; empty for one that was only marked. */
  value: Buffer;
  /** The rank of the record that stays; -1 for one that gives way to any other. */
  rank: number;
  /** All marks together. */
  marks: number;
}

const ODD_RECORD: Sentence = (count, examples) =>
  `Left out ${counted(count, "item")} that FlowG itself could not use: ${examples}.`;
const EMPTY_NAME: Sentence = (count, examples) =>
  `Left out ${counted(count, "item")} with an empty name, of the kind ${examples}.`;
const MERGED: Sentence = (count, examples) =>
  `${counted(count, "item")} stood under an old and a new key, as an upgrade of FlowG leaves them; the new one was taken: ${examples}.`;

/** The first byte of a record's row: its rank and 1, or a mark with this bit. */
const MARK = 0x80;
/** How many rows are walked between two moments for others. */
const STRETCH_ROWS = 5_000;

export class Translation {
  readonly now: number;
  readonly hasEscape: boolean;
  readonly warnings: Warnings;
  readonly facts: LifeFacts = { deleted: 0, expired: 0, live: 0, indexKeys: 0, leftOut: 0 };
  readonly counts: Partial<Record<RecordKind, number>> = {};
  /** Bytes of rows that were walked. */
  walked = 0;
  readonly #options: TranslationOptions;
  readonly #names: Names;

  constructor(options: TranslationOptions) {
    this.#options = options;
    this.now = options.now;
    this.warnings = options.warnings;
    this.hasEscape = options.hasEscape;
    this.#names = new Names(this.warnings);
  }

  /** Every live entry, in order; now and then undefined, for a moment for others. */
  entries(): Records {
    return this.#live(this.#options.entries);
  }

  /** The same of every other live key. */
  others(): Records {
    return this.#live(this.#options.others);
  }

  *#live(sorter: Sorter): Records {
    let rows = 0;
    for (const row of sorter.rows()) {
      this.walked += row.key.length + row.value.length;
      if (++rows % STRETCH_ROWS === 0) yield undefined;
      const found = fate(row.value, this.now);
      this.facts[found]++;
      if (found === "live") yield row;
    }
  }

  /** Counts a live key that can't be taken. */
  leaveOut(sentence: Sentence, example: string): void {
    this.facts.leftOut++;
    this.warnings.tally(sentence, example);
  }

  /**
   * Our name for FlowG's, or undefined (and said) if it can't be kept.
   * @param raw its bytes, as Latin-1
   * @throws SNAPSHOT_UNSUPPORTED
   */
  name(what: Named, raw: string): string | undefined {
    const name = this.#names.ours(what, raw);
    if (name === undefined) this.leaveOut(EMPTY_NAME, what);
    return name;
  }

  /**
   * Puts a record; of two with one key that of the higher rank stays, of one rank the later.
   * @param rank -1 for one that gives way to any other without a word
   */
  put(key: Buffer, value: Buffer, rank: number): void {
    demandFitting(key, value);
    if (recordProblem(this.#options.database, { key, value }) !== undefined) {
      this.leaveOut(ODD_RECORD, shown(key));
    } else this.#add(key, rank + 1, value);
  }

  /** Marks a key: there will be a record, without a value unless one is put. */
  mark(key: Buffer, mark: number): void {
    this.#add(key, MARK | mark, NOTHING);
  }

  #add(key: Buffer, first: number, value: Buffer): void {
    const sorter = this.#options.records;
    const start = sorter.room(key.length, 1 + value.length);
    key.copy(sorter.memory, start);
    sorter.memory[start + key.length] = first;
    value.copy(sorter.memory, start + key.length + 1);
    sorter.commit();
  }

  /** Gives the keys that were put and marked, in order. */
  *gathered(): Generator<Gathered> {
    let last: Gathered | undefined;
    for (const { key, value } of this.#options.records.rows()) {
      const first = value[0] as number;
      const isMark = (first & MARK) !== 0;
      const rank = isMark ? -1 : first - 1;
      const marks = isMark ? first & ~MARK : 0;
      if (!last?.key.equals(key)) {
        if (last) yield last;
        last = { key, value: value.subarray(1), rank, marks };
        continue;
      }
      last.marks |= marks;
      if (isMark || rank < 0) continue;
      if (last.rank >= 0) this.warnings.tally(MERGED, shown(key));
      if (rank < last.rank) continue;
      last.rank = rank;
      last.value = value.subarray(1);
    }
    if (last) yield last;
  }

  /** Gives the records that were put, and counts each. */
  *records(): Generator<Row> {
    for (const { key, value } of this.gathered()) yield this.record(key, value);
  }

  /** Translates a record that is an entry, as nearly all are. */
  entry(key: Buffer, value: Buffer): Row {
    this.counts.entry = (this.counts.entry ?? 0) + 1;
    return { key, value };
  }

  /** A record that there will be: counts it. */
  record(key: Buffer, value: Buffer): Row {
    const kind = recordKind(this.#options.database, key);
    if (kind !== undefined) this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return { key, value };
  }
}

/** Walks all other keys, and then gives out what was put. */
export function* translateOthers(
  translation: Translation,
  take: (key: Buffer, value: Buffer) => void,
  finish = (): void => {},
): Records {
  for (const row of translation.others()) {
    if (row) take(row.key, stagedValue(row.value));
    else yield undefined;
  }
  finish();
  yield* translation.records();
}

/** @throws SNAPSHOT_UNSUPPORTED */
export function demandFitting(key: Buffer, value: Buffer): void {
  if (value.length <= IMPORTED_VALUE_MAX_BYTES) return;
  throw new FlowgError(
    "SNAPSHOT_UNSUPPORTED",
    `"${shown(key)}" takes ${counted(value.length, "byte")}, more than fit in a record`,
    { hint: "delete it in FlowG and make the backup again" },
  );
}

const NOTHING = Buffer.alloc(0);

const shown = (key: Buffer): string => printable(key.toString().replaceAll("\x1b", " "));

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FlowgError("CANCELLED", "the import was stopped");
}
