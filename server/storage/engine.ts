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
  /** Only of one that is served; `flushed` unless given. */
  durability?: Durability | undefined;
}

/**
 * `flushed`: a change is on the disk before it is answered. `committed`: changes that ask for it are answered once they are
 * committed. If the process dies, they are there; if the power fails, those of the last moment may be lost, and the database is whole.
 */
export type Durability = "flushed" | "committed";

/** `read`: must exist, is never written. `write`: must exist. `create`: made if it isn't there. */
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
   * @param how `looksLate`: for callers that may read only few records. Then each record's pages are checked as they are read
   * @throws what opening throws
   */
  hold(places: readonly DatabasePlace[], how?: { looksLate?: boolean }): Promise<HeldInstant>;
  /** Gets ready for restores, while what is restored is still being verified. */
  restorer(): Restorer;
  /** The bytes that a database takes on its disk; 0 if there is none. */
  bytes(place: DatabasePlace): Promise<number>;
  /** Finds out that a database can't be changed, before anything is. @throws DATABASE_UNAVAILABLE */
  demandWritable(place: DatabasePlace): Promise<void>;
  /**
   * Gives the files of a damaged database other names, which end in `suffix`.
   * @returns what keeps it then
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

/** Told what is about to be opened, and with nothing, once that has gone well: opening may end the process. */
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
  /** Told once, where a database can't be used any more by this process. */
  onFailure: (error: FlowgError) => void;
}

export interface ServedDatabases {
  databases: Record<DatabaseKind, Database>;
  /**
   * Rewrites a database without what it doesn't need any more, where that is worth it. Readers go on; writers wait, as
   * {@link Database.exclude} says.
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
   * The part of the database that is restored, sorted and disjoint: nothing outside of it comes, is counted, or changes.
   * All of it where absent.
   */
  ranges?: readonly SelectedRange[] | undefined;
  /** Left in the database; none means a dry run: everything is counted, nothing is written. */
  mark: RestoreMark | undefined;
  /** Facts about it that are noted along with the changes. Only with a mark. */
  facts?: RestoreFacts | undefined;
  /** Takes what is overwritten, removed and added, before the transaction is committed. Only with a mark. */
  keep?: UndoKeeper | undefined;
  /** Takes a restore back: then `feed` gives blocks of the changes that it has kept. */
  undo?: Undoing | undefined;
  /** The streams that come, known before the entries that need them. */
  streams: ReadonlyMap<string, StreamRecord>;
  /** Only if this is still the version of the database when the transaction begins; else CONFLICT. */
  onlyAfter?: number | undefined;
  /** For auth. Without it, the restore may give all scopes, and must leave an administrator. */
  auth?: AuthRestore | undefined;
  /** Only if the database has no record when the transaction begins; else CONFLICT. */
  ifEmpty?: boolean | undefined;
  /**
   * Gives all records, in order of their keys, as raw blocks of a snapshot; resolves once it has given the last.
   * @throws whatever keeps the records from coming: nothing is changed then
   */
  feed: (give: (block: Uint8Array) => Promise<void>) => Promise<void>;
  /** Told when all blocks are on their way: what remains is the database's, and takes as long as it takes. */
  onFinishing?: (() => void) | undefined;
}

/** Takes what a restore changes, as blocks of changes (see formats/snapshot/undo-change). */
export interface UndoKeeper {
  /** Resolves when there is room for another. */
  take(block: RawBlock): Promise<void>;
  /** Resolves when all of it is on the disk, under its name. */
  finish(): Promise<void>;
}

/** How a restore is taken back. */
export interface Undoing {
  /** Takes back even what somebody has changed since. */
  overwriteChanged: boolean;
  /** Its changes of streams, as blocks. They come before the entries that need them. */
  streams: readonly Uint8Array[];
  /** Known before the tokens that come back. */
  users: UsersOfRun;
  /** How many entries the restore added to each stream: where most of a stream goes, its indexes are made anew. */
  additions: ReadonlyMap<string, number>;
}

/** The outcome for all records. */
export interface Merged {
  kinds: CountsByKind;
  damage: DamageMet;
  /** Only of a dry run: what an undo of it would hold, before compression. */
  undoBytes?: number | undefined;
  /** Only of an undo. */
  undone?: Undone | undefined;
}

/** Changes of a restore that were not taken back. */
export interface Undone {
  /** Records that somebody has changed since, kept or overwritten as the caller asked; the first of them by name. */
  changed: { records: number; items: string[] };
  /** Streams and fields that the restore had added, and that entries which came since need. */
  needed: string[];
  /** Streams that are gone, so that their entries can't come back. */
  withoutStream: string[];
  /** Entries that the limits of a stream have removed since and would remove again, by its name: they don't come back. */
  retired: ReadonlyMap<string, number>;
  /** Entries that come back, and that the limits of a stream remove once a server runs. */
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
