// An engine keeps databases. LMDB is one; another implements this interface, and takes its place where databases are opened
// (core.ts, serve.ts).

import type { FlowgError } from "../platform/errors.js";
import type { UsersOfRun } from "../records/auth/made-anew.js";
import type { AuthRestore } from "../records/auth/restore-outcome.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { RawBlock } from "../records/raw-block.js";
import type { StreamRecord } from "../records/records.js";
import type {
  CompactedDatabase,
  CountsByKind,
  DamageMet,
  RestoreMode,
} from "../records/reports.js";
import type { SelectedRange } from "../records/selection.js";
import type { Database, PlaceState } from "./database.js";
import type { HeldInstant } from "./held-instant.js";
import type { RestoreFacts } from "./notes/restore-history.js";
import type { RestoreMark } from "./notes/restore-mark.js";

/** The directory of a database, or of one to be made. */
export interface DatabasePlace {
  kind: DatabaseKind;
  dir: string;
  /** Only for a database that is served; `flushed` unless given. */
  durability?: Durability | undefined;
}

/**
 * `flushed`: a change is on the disk before it is answered. `committed`: changes that ask for it are answered once they are
 * committed. If the process dies, they are there; if the power fails, those of the last moment may be lost, and the database is
 * whole.
 */
export type Durability = "flushed" | "committed";

/** `read`: it must exist, and is never written. `write`: it must exist. `create`: it is made if it isn't there. */
export type OpenMode = "read" | "write" | "create";

export interface Engine {
  isThere(place: DatabasePlace): Promise<boolean>;
  /**
   * @param how `notesOnly`: nothing is read or written but the table of notes
   * @throws DATABASE_MISSING, DATABASE_INVALID, DATABASE_WRONG_KIND, DATABASE_TOO_NEW, DATABASE_UNAVAILABLE, DISK_FULL
   */
  open(place: DatabasePlace, how: { mode: OpenMode; notesOnly?: boolean }): Promise<Database>;
  /**
   * Opens databases for a server, which makes those that are not there. Other servers are kept out until it closes them.
   * @throws DATABASE_UNAVAILABLE where another server has one of them, and what else opening throws
   */
  serve(options: ServeDatabases): Promise<ServedDatabases>;
  /**
   * Holds one instant of databases.
   * @param how `looksLate` is for callers that may read only few records: each record's pages are checked as they are read
   * @throws what opening throws
   */
  hold(places: readonly DatabasePlace[], how?: { looksLate?: boolean }): Promise<HeldInstant>;
  /** Gets ready for restores, while the backup is still being verified. */
  restorer(): Restorer;
  /** The bytes that a database takes on its disk; 0 if there is none. */
  bytes(place: DatabasePlace): Promise<number>;
  /** Checks that a database can be changed, before anything is. @throws DATABASE_UNAVAILABLE */
  demandWritable(place: DatabasePlace): Promise<void>;
  /**
   * Gives the files of a damaged database other names, which end in `suffix`.
   * @returns the paths of those files
   * @throws REFUSED if a server has it open, FILE_UNAVAILABLE
   */
  setAside(place: DatabasePlace, how: { suffix: string; dryRun: boolean }): Promise<string>;
  /** Removes what killed runs of the engine left in a directory. */
  sweep(dir: string): Promise<void>;
}

export interface UpgradeProgress {
  kind: DatabaseKind;
  /** The schema before and after. */
  from: number;
  to: number;
  records: number;
  totalRecords: number;
}

/** Called at the begin, after each batch, and once all is committed. The thread does nothing else meanwhile. */
export type OnUpgrade = (progress: UpgradeProgress) => void;

/** Told which database is about to be opened, because opening may end the process; then without one, once that has gone well. */
export type OnOpening = (at: (DatabasePlace & { mode: OpenMode }) | undefined) => void;

export interface ServeDatabases {
  /** All different. */
  places: readonly DatabasePlace[];
  onOpening?: OnOpening | undefined;
  onUpgrade: OnUpgrade;
  /** Called when a database is no longer where it was opened, and when it is there again. */
  onPlaceChange: (place: DatabasePlace, state: PlaceState) => void;
  /** Told when answered changes can't be flushed, and with no error, once all of them are. */
  onUnflushed?: ((place: DatabasePlace, error?: unknown) => void) | undefined;
  /** Told once, when this process can't use a database any more. */
  onFailure: (error: FlowgError) => void;
}

export interface ServedDatabases {
  databases: Record<DatabaseKind, Database>;
  /**
   * Rewrites a database without its free pages, where that is worth it. Readers go on. Writers wait, as {@link
   * Database.exclude} says.
   * @throws CONFLICT if another process has it open, DISK_FULL, DATABASE_DAMAGED, CANCELLED, BUSY; nothing is changed then
   */
  compact(kind: DatabaseKind, signal: AbortSignal): Promise<CompactedDatabase>;
  close(): Promise<void>;
}

/** Sorted records on their way into a database. */
export interface Applying extends DatabasePlace {
  /** Whether there is a database. */
  exists: boolean;
  mode: RestoreMode;
  /**
   * The part of the database that is restored, sorted and disjoint. Nothing outside of it comes, is counted, or changes.
   * Absent: all of it.
   */
  ranges?: readonly SelectedRange[] | undefined;
  /** The mark to leave in the database. Absent in a dry run, which counts everything and writes nothing. */
  mark: RestoreMark | undefined;
  /** Facts about the restore, noted with its changes. Only with a mark. */
  facts?: RestoreFacts | undefined;
  /** Keeps what is overwritten, removed and added, before the transaction is committed. Only with a mark. */
  keep?: UndoKeeper | undefined;
  /** Takes a restore back. `feed` then gives blocks of the changes that were kept. */
  undo?: Undoing | undefined;
  /** The streams that are restored. They are known before the entries that need them. */
  streams: ReadonlyMap<string, StreamRecord>;
  /** The version that the database must still have when the transaction begins; otherwise CONFLICT. */
  onlyAfter?: number | undefined;
  /** For auth. Without it, the restore may give all scopes, and must leave an administrator. */
  auth?: AuthRestore | undefined;
  /** Whether the database must have no record when the transaction begins; otherwise CONFLICT. */
  ifEmpty?: boolean | undefined;
  /**
   * Gives all records, in order of their keys, as raw blocks of a snapshot; resolves once it has given the last.
   * @throws whatever keeps the records from coming: nothing is changed then
   */
  feed: (give: (block: Uint8Array) => Promise<void>) => Promise<void>;
  /** Told when all blocks are on their way. Only the database works on then, and how far it is can't be known. */
  onFinishing?: (() => void) | undefined;
}

/** Keeps what a restore changes, as blocks of changes (see formats/snapshot/undo-change). */
export interface UndoKeeper {
  /** Resolves when there is room for another. */
  take(block: RawBlock): Promise<void>;
  /** Resolves when all of it is on the disk, under its name. */
  finish(): Promise<void>;
}

/** How a restore is taken back. */
export interface Undoing {
  /** Whether to take back even records that somebody has changed since. */
  overwriteChanged: boolean;
  /** The restore's changes of streams, as blocks. They come before the entries that need them. */
  streams: readonly Uint8Array[];
  /** What the restore did to users. It is known before the tokens that come back. */
  users: UsersOfRun;
  /** How many entries the restore added to each stream. Where most of a stream goes, its indexes are made anew. */
  additions: ReadonlyMap<string, number>;
}

/** The outcome for all records. */
export interface Merged {
  kinds: CountsByKind;
  damage: DamageMet;
  /** The bytes that an undo file would hold, before compression. Only in a dry run. */
  undoBytes?: number | undefined;
  /** Only for an undo. */
  undone?: Undone | undefined;
}

/** Changes of a restore that were not taken back. */
export interface Undone {
  /** Records that somebody has changed since, and the first of them by name. They are kept or overwritten as the caller asked. */
  changed: { records: number; items: string[] };
  /** Streams and fields that the restore had added, and that newer entries need. */
  needed: string[];
  /** Streams that are gone, so that their entries can't come back. */
  withoutStream: string[];
  /** By stream, entries that don't come back because the stream's limits have removed them and would do so again. */
  retired: ReadonlyMap<string, number>;
  /** By stream, entries that come back, and that the stream's limits remove once a server runs. */
  expired: ReadonlyMap<string, number>;
  /** Streams that have had tighter limits since the restore than they get now. */
  tightened: readonly string[];
}

export interface Restorer extends AsyncDisposable {
  /**
   * Restores one database in one transaction, or tells what that would do.
   * @throws what `feed` and opening throw, DISK_FULL, CONFLICT; nothing is changed then
   */
  apply(task: Applying): Promise<Merged>;
}
