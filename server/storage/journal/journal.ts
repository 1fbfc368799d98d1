// Writes what a transaction changes into the journal, in that same transaction. A continuous backup ships it. A database
// without a journal costs one look-up.

import { CommitOps, commitAt, PUT, REMOVE, REMOVE_RANGE } from "../../records/commit.js";
import type { KeyRange } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { purgedAt } from "../notes/unfinished-work.js";
import type { CountedChanges, WriteTables } from "../tables.js";
import {
  commitKey,
  eachCommit,
  type JournalNote,
  numberOf,
  readJournalNote,
  withEnd,
  writeJournalNote,
} from "./note.js";

/** What a writer knows of the journal as long as no other process has written. */
interface Known {
  counted: CountedChanges;
  /** The number of the next commit. */
  next: number;
  /** The commits in the journal take at most this many bytes. */
  bytes: number;
  time: number;
}

/** The changes of the transaction under way: a thread runs one transaction at a time, so all of them share it. */
const collected = new CommitOps();

export class Journal {
  readonly #kind: DatabaseKind;
  readonly #tables: Pick<WriteTables, "local" | "ledger">;
  #note: JournalNote | undefined | "unread" = "unread";
  #isChanged = false;
  #isGone: ((key: Uint8Array) => boolean) | undefined | "unread" = "unread";

  constructor(kind: DatabaseKind, tables: Pick<WriteTables, "local" | "ledger">) {
    this.#kind = kind;
    this.#tables = tables;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    if (this.#isKept()) collected.add(PUT, key, value);
  }

  remove(key: Uint8Array): void {
    if (!this.#isKept()) return;
    this.#isChanged = true;
    // records of a purge have counted as gone since it began
    if (!this.#isPurged(key)) collected.add(REMOVE, key);
  }

  /** Notes that all records of a range count as gone from here on, though they are removed later. */
  removeRange({ start, end }: KeyRange): void {
    if (this.#isKept()) collected.add(REMOVE_RANGE, start, end);
  }

  /** Adds the commit at the end of the transaction, once its changes are counted. */
  finish(): void {
    const note = this.#note;
    const isChanged = this.#isChanged || collected.ops > 0;
    this.#isChanged = false;
    // each counted change is a commit, even where readers don't see it
    if (note === "unread" || !note || !isChanged) return;
    const counted = this.#tables.ledger.read();
    // this transaction's changes weren't counted: the history ends here
    if (!counted) {
      collected.clear();
      return;
    }
    const { history, run, changes } = counted;
    const known = this.#known(counted, note);
    const time = Math.max(Date.now(), known.time, note.time);
    const bytes = collected.finish({ database: this.#kind, history, run, change: changes, time });
    const { writer } = this.#tables.ledger;
    writer.journal = undefined;
    // the known sum may still hold commits that were stored and removed meanwhile
    if (known.bytes + bytes.length > note.limit) known.bytes = this.#bytesKept();
    if (known.bytes + bytes.length > note.limit) {
      const end = { history, change: changes - 1, time };
      writeJournalNote(this.#tables, withEnd({ ...note, time, broken: FULL }, end));
      return;
    }
    this.#tables.local.putNew(commitKey(known.next), bytes);
    const after = { counted, next: known.next + 1, bytes: known.bytes + bytes.length, time };
    writer.journal = after satisfies Known;
  }

  #isKept(): boolean {
    if (this.#note === "unread") {
      this.#note = readJournalNote(this.#tables);
      if (this.#note?.broken !== undefined) this.#note = undefined;
      collected.clear();
    }
    return this.#note !== undefined;
  }

  #isPurged(key: Uint8Array): boolean {
    if (this.#isGone === "unread")
      this.#isGone = this.#kind === "logs" ? purgedAt(this.#tables) : undefined;
    return this.#isGone?.(key) ?? false;
  }

  #bytesKept(): number {
    let bytes = 0;
    for (const { value } of eachCommit(this.#tables)) bytes += value.length;
    return bytes;
  }

  #known({ history, changes }: CountedChanges, note: JournalNote): Known {
    const known = this.#tables.ledger.writer.journal as Known | undefined;
    const isAsLeft = known?.counted.history === history && known.counted.changes === changes - 1;
    if (isAsLeft) return known;
    let bytes = 0;
    let next = 0;
    let { time } = note;
    for (const { key, value, isWhole } of eachCommit(this.#tables)) {
      bytes += value.length;
      next = numberOf(key) + 1;
      if (isWhole) time = Math.max(time, commitAt(value, 0).head.time);
    }
    // numbers ascend even after the journal was emptied
    next = Math.max(next, Math.max(Date.now(), time) * NUMBERS_PER_MS);
    const counted = { history, run: "", changes: changes - 1 };
    return { counted, next, bytes, time };
  }
}

/** More commits than a database can make in a millisecond. */
const NUMBERS_PER_MS = 1_000;

export const FULL = "it is full";
