// The reports of what could be saved of damaged snapshots and databases.

import type { DatabaseKind } from "./kinds.js";

/** A part of a damaged snapshot that is in none of its copies. */
export interface LostRange {
  /** The names of the records around it; absent at the snapshot's begin or end. */
  after?: string;
  before?: string;
  /** Bytes of the file that could not be used. */
  bytes: number;
  /** How many of its records another source gave. Only for a database. */
  filled?: number;
}

/** The facts of a damaged database, once its sound records have been read. */
export interface DamagedDatabaseFacts {
  /** Whether the kept number and sum of all records prove that nothing is missing. */
  isWhole: boolean;
  saved: number;
  /** How many more there were; undefined where that can't be known. */
  lostEntries: number | undefined;
  /** Records that may be in an older form, or removed since. */
  mayBeOlder: number;
  /** Records that the newest state's tree did not lead to. */
  filled: number;
  /** Pages that are damaged or missing. */
  pages: number;
  /** Ranges of keys in which records are missing, or came from elsewhere: the first hundred. */
  ranges: LostRange[];
  moreRanges: number;
  /** The first of the damaged records, by name. */
  damaged: string[];
  /** The first of what was found, in words. */
  problems: string[];
}

/** What became of a damaged database. */
export interface DatabaseSalvageReport {
  /** The data file. */
  source: string;
  output: string;
  database: DatabaseKind;
  /** Whether nothing is missing. The output is then a snapshot like any other. */
  whole: boolean;
  entries: number;
  blocks: number;
  /** Size of the output, bytes. */
  bytes: number;
  lost: {
    /** Absent where it can't be known. */
    entries?: number;
    pages: number;
    ranges: LostRange[];
    moreRanges: number;
    /** The first of the damaged records, by name. */
    damaged: string[];
  };
  /** Records that may be in an older form, or removed since. */
  mayBeOlder: number;
  problems: string[];
  /** A file beside the database, of entries that a server took during a restore and had not stored yet. The output lacks them. */
  waiting?: string;
  seconds: number;
}

/** What became of a damaged snapshot. */
export interface SalvageReport {
  output: string;
  database: DatabaseKind;
  /** Whether the copies gave the whole snapshot. The output is then what was backed up, byte by byte. */
  whole: boolean;
  /** When the snapshot was made, RFC 3339; absent where its header is lost. */
  createdAt?: string;
  entries: number;
  blocks: number;
  /** Size of the output, bytes. */
  bytes: number;
  /** The part that is missing from the output. Counts are present only if the snapshot's seal was found. */
  lost: { entries?: number; blocks?: number; ranges: LostRange[] };
  copies: { path: string; blocks: number; header: boolean; seal: boolean }[];
  seconds: number;
}
