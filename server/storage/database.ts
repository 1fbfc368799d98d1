// The door to a database, whatever engine keeps it. A reader or writer gives a function, and the engine calls it with the
// tables of one instant, or of one transaction. The engine may call it again before its result counts: an engine over a network
// fetches what the first call asked for, another begins anew after a conflict. So the function changes only its tables, and
// things that may be changed twice.

import type { KeyRange } from "../records/keys.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { CountedChanges, Instant, SideTables } from "./tables.js";

/** The databases of one engine, as a write sees them. */
export interface AllDatabases {
  /** Another database of the same engine as it is now. For the database that is written, the state that the transaction sees. */
  at(database: Database): Instant;
  /**
   * Like `at`, with an answer that may be kept: see Database. No answer about the database that is written is kept, because the
   * transaction may have changed it.
   */
  keptAt<T>(database: Database, question: Question<T>): T;
}

/** The means of a transaction. Records go through {@link put} and {@link remove}, which change what is derived with them. */
export interface Changes extends SideTables, AllDatabases {
  /**
   * Adds a record or replaces it.
   * @param parsed the value as it was before it was encoded, where that is at hand: it saves decoding
   */
  put(key: Uint8Array, value: Uint8Array, parsed?: unknown): void;
  /** The same for a key that holds a random UUID made for it, so that nothing can be there. */
  putNew(key: Uint8Array, value: Uint8Array, parsed?: unknown): void;
  /** Removes a record, if it is there. */
  remove(key: Uint8Array): void;
  /** Has the journal note that the records of a range count as gone from here on, though they are removed later. */
  gone(range: KeyRange): void;
  /** How often records were changed, as far as it has been counted. */
  readonly counted: CountedChanges | undefined;
  /** Lets later backups tell writes from now on from earlier ones: see tracking. */
  endEpoch(): void;
}

export interface ChangeOptions {
  /**
   * Whether the caller may be answered before the change is on the disk, where the database was opened so (see DatabasePlace).
   * Only for changes that may be lost if the power fails.
   */
  flushLater?: boolean;
}

/** A question about an instant. It changes nothing, and nobody changes its answer. */
export interface Question<T> {
  /** Two questions of the same name have the same answer. */
  name: string;
  look: (instant: Instant) => T;
}

export interface Database {
  readonly kind: DatabaseKind;
  /** Its directory, for messages to operators. Files that belong to the database are made there. */
  readonly dir: string;
  /**
   * Calls `look` with the state after the last commit of any process.
   * @throws DATABASE_UNAVAILABLE, DATABASE_DAMAGED, and what `look` throws
   */
  read<T>(look: (instant: Instant) => T): Promise<T>;
  /** Like `read`, but an engine may keep an answer other than undefined until any process commits again. */
  readKept<T>(question: Question<T>): Promise<T>;
  /**
   * Calls `action` in a transaction, and resolves once that is on the disk. Several actions can share a transaction, and what
   * an action wrote before it throws stays written. So an action first checks, and writes once nothing can go wrong any more.
   * The steps around writes run with it (see around-writes).
   * @throws BUSY, DISK_FULL, DATABASE_UNAVAILABLE, DATABASE_REPLACED, and what `action` throws
   */
  change<T>(action: (changes: Changes) => T, how?: ChangeOptions): Promise<T>;
  /** A number that each commit of any process changes. */
  version(): Promise<number>;
  /** Like {@link read}, with the number of the commit that was read. No commit of this process is under way then. */
  readVersioned<T>(look: (instant: Instant) => T): Promise<{ result: T; version: number }>;
  /**
   * Runs `work`, a restore, while this process's writers wait, for ten seconds at most. It begins once the writes under way are
   * done.
   * @throws BUSY, DATABASE_REPLACED, and what `work` throws
   */
  exclude<T>(work: () => Promise<T>): Promise<T>;
  /** While writers wait for a restore or a compaction: resolves once that has ended, and never rejects. */
  excluded(): Promise<unknown> | undefined;
  /** @throws DATABASE_REPLACED if writes would be lost, because other files are where this database was opened */
  demandInPlace(): void;
  /** Looks at the files each time. A closed or broken database throws. */
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

/** What a walk has found. Only its engine understands it. */
export type FoundByWalk = object;

/** Whether a database's files are still where it was opened. `unreadable`: that can't be found out. */
export type PlaceState = "in place" | "replaced" | "gone" | "unreadable";
