// A server's reports on snapshots in its repositories: plain data, each place by its destination's name.

import type { Fault } from "../platform/errors.js";
import type { DatabaseKind } from "./kinds.js";
import type { BackedUpDatabase, ListedSnapshot } from "./repository-reports.js";

/** The snapshots of a destination, or why they can't be told. */
export interface DestinationSnapshots {
  destination: string;
  /** Whether the server can read them. If not, it knows only their ids and when they were made. */
  readable: boolean;
  snapshots: ListedSnapshot[];
  /** When the newest delta of a continuous backup was stored. */
  newestDelta?: string;
  unreadable: { setId: string; createdAt: string; code: string; message: string }[];
  error?: Fault;
}

export interface SnapshotDatabase {
  entries: number;
  rawBytes: number;
  storedBytes: number;
  segments: number;
  /** Damaged records that a backup has left out. */
  leftOut?: number;
  /** Records that a repair could not save. */
  lost?: number;
}

export interface SnapshotDetails {
  destination: string;
  setId: string;
  createdAt: string;
  host: string;
  /** The id of the installation whose job made it; absent where a person made it. */
  installation?: string;
  tags: string[];
  producer: string;
  /** When a drill last restored it and found it right; absent where none did. */
  verifiedAt?: string;
  /** About how many seconds a real restore of it takes, by that drill. */
  restoreSeconds?: number;
  databases: Partial<Record<DatabaseKind, SnapshotDatabase>>;
}

export interface CreatedSnapshot {
  setId: string;
  createdAt: string;
  host: string;
  tags: string[];
  databases: BackedUpDatabase[];
  destinations: { destination: string; newBytes?: number; error?: Fault }[];
  notes: string[];
  seconds: number;
}
