// The reports of backups, restores, verifications and inspections: plain data, the same for the CLI's `--json`, the API's
// answers and the tests.

import type { DatabaseKind, RecordKind } from "./kinds.js";

/** The kind of a file that was given to restore, verify or inspect. */
export type SourceFormat = "snapshot" | "flowg-badger" | "flowg-config-archive";

/** Told at the start of each phase of each database, and after each block. */
export interface Progress {
  /** `all` where they are read together. */
  database: DatabaseKind | "all";
  /**
   * `finishing`: the database has all records, and puts them on the disk; how far it is can't be known. `waiting`: a server is
   * at work.
   */
  phase:
    | "reading"
    | "fetching"
    | "verifying"
    | "compacting"
    | "importing"
    | "restoring"
    | "undoing"
    | "finishing"
    | "waiting";
  /** Records done so far. */
  records: number;
  /** All records, where it is known. */
  totalRecords?: number;
  /** Bytes of the file done so far. */
  bytes: number;
  /** All bytes of the file, where it is known. */
  totalBytes?: number;
}

export type OnProgress = (progress: Progress) => void;

/** Records that are not in a backup because its database was damaged. */
export interface LeftOut {
  /** Records that aren't what was written. */
  records: number;
  /** The first of them by name. */
  items: string[];
  /** Faults that no single record shows, such as records that are missing. */
  problems: string[];
}

/** One snapshot that was written, read back and found whole. */
export interface SnapshotSummary {
  database: DatabaseKind;
  path: string;
  /** Records in it. */
  entries: number;
  blocks: number;
  /** Size of the file, bytes. */
  bytes: number;
  /** Size of what it holds before compression, bytes. */
  rawBytes: number;
  /** SHA-256 of all bytes before the seal, lower-case hex: the seal's own. */
  sha256: string;
  /** SHA-256 of the whole file, lower-case hex: what `sha256sum` says. */
  fileSha256: string;
  /** Damaged records that were left out; absent if there were none. */
  leftOut?: LeftOut;
  /** Writing, reading back and flushing. */
  seconds: number;
}

export interface BackupReport {
  /** UUID shared by the snapshots of one instant. */
  setId: string;
  /** RFC 3339, UTC. */
  createdAt: string;
  directory: string;
  snapshots: SnapshotSummary[];
  /** What a person should know: an earlier restore that was cut. */
  notes: string[];
  seconds: number;
}

/** Counts by kind of record. */
export type CountsByKind = Partial<Record<RecordKind, KindCounts>>;

export interface KindCounts {
  added: number;
  overwritten: number;
  unchanged: number;
  /** Records that only the database has, and keeps (always 0 when replacing). */
  kept: number;
  /** Records that only the database had, and that were removed (always 0 when merging). */
  removed: number;
}

export type RestoreMode = "merge" | "replace";

export interface DatabaseRestoreReport {
  database: DatabaseKind;
  mode: RestoreMode;
  /** The file that was restored. */
  source: string;
  format: SourceFormat;
  /** When the snapshot was made, RFC 3339; absent for FlowG's own files, which don't say. */
  createdAt?: string;
  setId?: string;
  /** The selected part; absent if all of it was restored. The counts are of that part alone. */
  selected?: string[];
  kinds: CountsByKind;
  warnings: string[];
  seconds: number;
}

/** A database that a restore into empty ones has passed over. */
export interface LeftDatabase {
  database: DatabaseKind;
  records: number;
}

/** A restore that has changed databases, as they remember it. */
export interface RestoreRun {
  /** UUID. */
  run: string;
  /** When it began, RFC 3339. */
  at: string;
  /** The user of a server, or the account of the machine. */
  by: string;
  /** `undo`: it took back another one. */
  mode: RestoreMode | "undo";
  databases: {
    database: DatabaseKind;
    /** What changed. */
    kinds: CountsByKind;
    /** What the database was restored from, in the words of the caller. */
    source?: string;
    setId?: string;
    createdAt?: string;
    selected?: string[];
  }[];
  /** Databases that it was to change, and did not. */
  notRestored?: DatabaseKind[];
  /** The run that it took back. */
  undoes?: string;
  /** The run that has taken it back. */
  undoneBy?: string;
  canUndo: boolean;
  whyNot?: string;
}

/** The outcome of an undo for one database. The counts are of records that the restore had changed. */
export interface DatabaseUndoReport {
  database: DatabaseKind;
  /**
   * `added`: is there again; `overwritten`: has its value from before; `removed`: had come with the restore; `unchanged`: was
   * as before already; `kept`: somebody has changed it since, or it is needed.
   */
  kinds: CountsByKind;
  /** What somebody has changed since: how many records, and the first hundred by name. */
  changed: { records: number; items: string[] };
  warnings: string[];
  seconds: number;
}

export interface UndoReport {
  dryRun: boolean;
  /** The run that was taken back. */
  undoes: string;
  /** When that began, RFC 3339. */
  undoesAt: string;
  /** The run that this was: taking it back brings the restore again. Absent in a dry run. */
  run?: string;
  databases: DatabaseUndoReport[];
  /** What a person should know. */
  notes: string[];
  seconds: number;
}

export interface RestoreReport {
  dryRun: boolean;
  /** The id by which this can be undone. Absent in a dry run, and where nothing is kept of what it changed. */
  run?: string;
  databases: DatabaseRestoreReport[];
  /** Databases that were not touched, since they have records. Only where that was asked for. */
  left?: LeftDatabase[];
  /** What a person should know: an earlier run that was cut, two log snapshots that differ. */
  notes: string[];
  seconds: number;
}

export interface VerifyReport {
  path: string;
  format: SourceFormat;
  database: DatabaseKind;
  /** Size of the file, bytes. */
  bytes: number;
  rawBytes: number;
  entries: number;
  blocks: number;
  /** Absent for FlowG's own files. */
  createdAt?: string;
  setId?: string;
  sha256?: string;
  /** SHA-256 of the whole file, lower-case hex; absent where FlowG's own files are only verified. */
  fileSha256?: string;
  /** Whether it was made of what was left of a damaged snapshot. */
  salvaged?: true;
  /** Records by kind. */
  kinds: Partial<Record<RecordKind, number>>;
  /** Such as that FlowG's own files carry no checksum. */
  warnings: string[];
  seconds: number;
}

/** One log stream inside a snapshot. */
export interface StreamSummary {
  name: string;
  entries: number;
  /** Keys and values, bytes, before compression. */
  bytes: number;
  /** RFC 3339, UTC, of the first and last entry; absent without entries. */
  oldest?: string;
  newest?: string;
}

export interface InspectReport extends VerifyReport {
  /** The snapshot's header and seal as they stand in the file; absent for FlowG's own files. */
  header?: Record<string, unknown>;
  seal?: Record<string, unknown>;
  /** `rawBytes / bytes`. */
  ratio: number;
  /** Only for the log database, by name. */
  streams: StreamSummary[];
}

/** A database that was rewritten without its free pages, or left as it is because it has none to give back. */
export interface CompactedDatabase {
  database: DatabaseKind;
  bytesBefore: number;
  bytesAfter: number;
  rewritten: boolean;
  seconds: number;
}

/** Damaged records of the database that a restore met, the first of each by name. */
export interface DamageMet {
  /** Overwritten or removed. */
  mended: { records: number; items: string[] };
  /** Not in the snapshot, and kept. */
  kept: { records: number; items: string[] };
}
