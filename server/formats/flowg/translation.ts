// Holds what the translators of the three databases share in the second pass of an import. They walk the staged keys and put
// records. This decides which keys are dead, which of two records for one key wins, and which records may stand.

import { FlowgError } from "../../platform/errors.js";
import { counted } from "../../platform/messages/counted.js";
import type { DatabaseKind, RecordKind } from "../../records/kinds.js";
import { printable, recordKind, recordProblem } from "../../records/records.js";
import { IMPORTED_VALUE_MAX_BYTES } from "../../records/values.js";
import { type Named, Names } from "./names.js";
import type { Row } from "./row.js";
import type { Sorter } from "./sorter.js";
import { fate, stagedValue } from "./stage.js";
import type { Sentence, Warnings } from "./warnings.js";

export interface TranslationOptions {
  /** The staged entries. All other keys are in `others`. */
  entries: Sorter;
  others: Sorter;
  /** An empty sorter for records other than entries. */
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
  /** How many live keys of FlowG's own indexes were staged. They are made anew, not taken. */
  indexKeys: number;
  /** How many live keys could not be taken. A warning counts each. */
  leftOut: number;
}

/** Gives records in the order of their keys. Now and then it gives undefined, so that other work gets a turn. */
export type Records = Generator<Row | undefined>;

/** The values that several putters gave one key. */
export interface Gathered {
  key: Buffer;
  /** The value of the record that stays; empty for a key that was only marked. */
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
/** After so many rows, other work gets a turn. */
const STRETCH_ROWS = 5_000;

export class Translation {
  readonly now: number;
  readonly hasEscape: boolean;
  readonly warnings: Warnings;
  readonly facts: LifeFacts = { deleted: 0, expired: 0, live: 0, indexKeys: 0, leftOut: 0 };
  readonly counts: Partial<Record<RecordKind, number>> = {};
  /** How many bytes of rows were walked. */
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

  /** Gives every live entry, in order. */
  entries(): Records {
    return this.#live(this.#options.entries);
  }

  /** Gives every other live key, in order. */
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
   * Our name for FlowG's. Undefined, with a warning, if it can't be kept.
   * @param raw its bytes, as Latin-1
   * @throws SNAPSHOT_UNSUPPORTED
   */
  name(what: Named, raw: string): string | undefined {
    const name = this.#names.ours(what, raw);
    if (name === undefined) this.leaveOut(EMPTY_NAME, what);
    return name;
  }

  /**
   * Puts a record. Of two with the same key, the one of the higher rank stays; of equal rank, the later one.
   * @param rank -1 for a record that gives way to any other without a warning
   */
  put(key: Buffer, value: Buffer, rank: number): void {
    demandFitting(key, value);
    if (recordProblem(this.#options.database, { key, value }) !== undefined) {
      this.leaveOut(ODD_RECORD, shown(key));
    } else this.#add(key, rank + 1, value);
  }

  /** Marks a key. It is gathered even if no value is put. */
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

  /** Makes the row of an entry, and counts it. */
  entry(key: Buffer, value: Buffer): Row {
    this.counts.entry = (this.counts.entry ?? 0) + 1;
    return { key, value };
  }

  /** Makes the row of any record, and counts it. */
  record(key: Buffer, value: Buffer): Row {
    const kind = recordKind(this.#options.database, key);
    if (kind !== undefined) this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return { key, value };
  }
}

/** Walks all keys but entries, then gives the records that were put. */
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
