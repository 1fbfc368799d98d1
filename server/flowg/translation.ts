// The second pass of an import: what the translators of the three databases share. They walk the staged keys
// and put records; here is decided what is dead, which of two records for one key wins, and what may stand.

import { setImmediate } from "node:timers/promises";
import type { DatabaseKind, RecordKind } from "../database/kinds.js";
import type { Table } from "../database/open.js";
import { printable, recordKind, recordProblem } from "../database/records.js";
import { IMPORTED_VALUE_MAX_BYTES } from "../database/values.js";
import { FlowgError } from "../errors.js";
import { type Named, Names } from "./names.js";
import { type Scratch, slices } from "./scratch.js";
import { fate, readStagedRow } from "./stage.js";
import { counted, type Sentence, type Warnings } from "./warnings.js";

export interface TranslationOptions {
  scratch: Scratch;
  database: DatabaseKind;
  warnings: Warnings;
  /** Unix seconds. */
  now: bigint;
  /** Whether the file has keys of FlowG 0.61 or later. */
  hasEscape: boolean;
  signal?: AbortSignal | undefined;
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

const ODD_RECORD: Sentence = (count, examples) =>
  `Left out ${counted(count, "item")} that FlowG itself could not use: ${examples}.`;
const EMPTY_NAME: Sentence = (count, examples) =>
  `Left out ${counted(count, "item")} with an empty name, of the kind ${examples}.`;
const MERGED: Sentence = (count, examples) =>
  `${counted(count, "item")} stood under an old and a new key, as an upgrade of FlowG leaves them; the new one was taken: ${examples}.`;

export class Translation {
  readonly scratch: Scratch;
  readonly now: bigint;
  readonly hasEscape: boolean;
  readonly warnings: Warnings;
  readonly facts: LifeFacts = { deleted: 0, expired: 0, live: 0, indexKeys: 0, leftOut: 0 };
  readonly counts: Partial<Record<RecordKind, number>> = {};
  readonly #database: DatabaseKind;
  readonly #names: Names;
  readonly #signal: AbortSignal | undefined;

  constructor(options: TranslationOptions) {
    this.scratch = options.scratch;
    this.now = options.now;
    this.warnings = options.warnings;
    this.hasEscape = options.hasEscape;
    this.#database = options.database;
    this.#signal = options.signal;
    this.#names = new Names(this.scratch, this.warnings);
  }

  /** Visits every live key but entries', in order; `visit` runs inside a write. */
  async walkStaged(visit: (key: Buffer, value: Buffer) => void): Promise<void> {
    await this.walk(this.scratch.staged, (rowKey, row) => {
      if (!this.isLive(row)) return;
      const { key, value } = readStagedRow(rowKey, row);
      visit(key, value);
    });
  }

  /** Visits every row, in order; `visit` runs inside a write. */
  async walk(table: Table, visit: (key: Buffer, value: Buffer) => void): Promise<void> {
    for (const rows of slices(table)) {
      this.scratch.write(() => {
        for (const { key, value } of rows) visit(key, value);
      });
      // lets the signal's message in, and others live
      await setImmediate();
      throwIfCancelled(this.#signal);
    }
  }

  /** Counts what was staged. */
  isLive(row: Buffer): boolean {
    const found = fate(row, this.now);
    this.facts[found]++;
    return found === "live";
  }

  /** Counts a live key that can't be taken. */
  leaveOut(sentence: Sentence, example: string): void {
    this.facts.leftOut++;
    this.warnings.tally(sentence, example);
  }

  /**
   * Our name for FlowG's, or undefined (and said) if it can't be kept. Only inside a write.
   * @param raw its bytes, as Latin-1
   * @throws SNAPSHOT_UNSUPPORTED
   */
  name(what: Named, raw: string): string | undefined {
    const name = this.#names.ours(what, raw);
    if (name === undefined) this.leaveOut(EMPTY_NAME, what);
    return name;
  }

  /**
   * Puts a record; of two with one key that of the higher rank stays. Only inside a write.
   * @param rank -1 for one that gives way to any other without a word
   * @returns whether it is the record now
   */
  put(key: Buffer, value: Buffer, rank: number): boolean {
    const what = printable(key.toString().replaceAll("\x1b", " "));
    if (value.length > IMPORTED_VALUE_MAX_BYTES) {
      throw new FlowgError(
        "SNAPSHOT_UNSUPPORTED",
        `"${what}" takes ${counted(value.length, "byte")}, more than fit in a record`,
        { hint: "delete it in FlowG and make the backup again" },
      );
    }
    if (recordProblem(this.#database, { key, value }) !== undefined) {
      this.leaveOut(ODD_RECORD, what);
      return false;
    }
    const old = this.scratch.records.get(key);
    if (old === undefined) this.count(recordKind(this.#database, key));
    else if (rank < 0) return false;
    else if (old[0] !== 0) {
      this.warnings.tally(MERGED, what);
      if ((old[0] as number) > rank) return false;
    }
    this.scratch.records.putSync(key, Buffer.concat([Buffer.of(rank + 1), value]));
    return true;
  }

  /** Counts a record that there will be. */
  count(kind: RecordKind | undefined): void {
    if (kind !== undefined) this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FlowgError("CANCELLED", "the import was stopped");
}
