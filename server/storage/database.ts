// The door to a database, whatever engine keeps it. A reader or writer gives a function, and an engine calls it with
// the tables of one instant, or of one transaction. An engine may call it again before its result counts (one over a network
// fetches what the first call asked for, one that finds a conflict begins anew): so it changes nothing but through its
// tables, or what may be changed twice.

import type { KeyRange } from "../records/keys.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { CountedChanges, Instant, SideTables } from "./tables.js";

/** The means of a transaction. Records go through {@link put} and {@link remove}, which change what is derived with them. */
export interface Changes extends SideTables {
  /**
   * Adds a record or replaces it.
   * @param parsed the value as it was before it was encoded, where that is at hand: it saves decoding
   */
  put(key: Uint8Array, value: Uint8Array, parsed?: unknown): void;
  /** The same for a key that holds a random UUID made for it, so that nothing can be there. */
  putNew(key: Uint8Array, value: Uint8Array, parsed?: unknown): void;
  /** Whether or not it is there. */
  remove(key: Uint8Array): void;
  /** Tells the journal that the records of a range count as gone from here on, though they are removed later. */
  gone(range: KeyRange): void;
  /** How often records were changed, as far as it has been counted. */
  readonly counted: CountedChanges | undefined;
  /** Lets later backups tell writes from now on from earlier ones: see tracking. */
  endEpoch(): void;
  /** Another database of the same engine as it is now; of the own one, what this transaction sees. */
  at(database: Database): Instant;
  /**
   * Like `at`, with an answer that may be kept: see Database. No answer about this own database is kept, for it may have changed
   * in here.
   */
  keptAt<T>(database: Database, question: Question<T>): T;
}

export interface ChangeOptions {
  /**
   * The caller may be answered before the disk has it, where the database was opened so (see DatabasePlace): for what may be lost
   * if the power fails, and only for that.
   */
  flushLater?: boolean;
}

/** A question about an instant. Its answer changes nothing, and those that get the answer don't change it. */
export interface Question<T> {
  /** Two questions of one name ask for the same. */
  name: string;
  look: (instant: Instant) => T;
}

export interface Database {
  readonly kind: DatabaseKind;
  /** Its directory, for messages to operators. Files that belong to it are made there. */
  readonly dir: string;
  /**
   * Calls `look` with the last commit, another process's as well.
   * @throws DATABASE_UNAVAILABLE, DATABASE_DAMAGED, and what `look` throws
   */
  read<T>(look: (instant: Instant) => T): Promise<T>;
  /** Like `read`, but an engine may keep an answer other than undefined until any process commits again. */
  readKept<T>(question: Question<T>): Promise<T>;
  /**
   * Calls `action` in a transaction, and resolves once that is on the disk. Several actions can share one, and what an
   * action wrote before it throws stays written: so it looks first, and writes once nothing can go wrong any more. It
   * includes the steps around writes (see around-writes).
   * @throws BUSY, DISK_FULL, DATABASE_UNAVAILABLE, DATABASE_REPLACED, and what `action` throws
   */
  change<T>(action: (changes: Changes) => T, how?: ChangeOptions): Promise<T>;
  /** Another number after each commit, by whatever process. */
  version(): Promise<number>;
  /** The same as {@link read}, with the number of the commit that was read: none is on its way any more. */
  readVersioned<T>(look: (instant: Instant) => T): Promise<{ result: T; version: number }>;
  /**
   * Runs `work`, a restore, while this process's writers wait, ten seconds at most. It begins once those that are under way
   * are done.
   * @throws BUSY, DATABASE_REPLACED, and what `work` throws
   */
  exclude<T>(work: () => Promise<T>): Promise<T>;
  /** @throws DATABASE_REPLACED if what is written would be lost: another database stands where this one was opened */
  demandInPlace(): void;
  /** Really asks: a closed or broken database throws. */
  placeState(): Promise<PlaceState>;
  /** @throws DATABASE_DAMAGED if the table of notes is not what was written */
  demandSoundNotes(): Promise<void>;
  /** The bytes that it takes on its disk. */
  bytes(): Promise<number>;
  /** Keeps the findings of a walk over it for the next one. */
  keepFound(found: FoundByWalk): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An engine's own. */
export type FoundByWalk = object;

/** Whether a database is where it was opened. `unreadable`: what is there can't be told. */
export type PlaceState = "in place" | "replaced" | "gone" | "unreadable";
