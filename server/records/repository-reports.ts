// Reports on repositories: plain data, the same for the CLI's `--json` and the tests.

import type { ErrorCode, Fault } from "../platform/errors.js";
import type { DatabaseKind } from "./kinds.js";
import type { LeftOut } from "./reports.js";

export interface RepositoryBackupReport {
  /** UUID: the snapshot's id, in each of the repositories. */
  setId: string;
  /** The instant, RFC 3339, UTC. */
  createdAt: string;
  host: string;
  tags: string[];
  databases: BackedUpDatabase[];
  /** One for each that was given. */
  repositories: StoredSnapshot[];
  /** What a person should know. */
  notes: string[];
  seconds: number;
}

export interface BackedUpDatabase {
  database: DatabaseKind;
  entries: number;
  rawBytes: number;
  segments: number;
  /** How many entries were read. The rest can't have changed since an older snapshot. */
  entriesRead: number;
  bytesRead: number;
  /** Damaged records that were left out; absent if there were none. */
  leftOut?: LeftOut;
  seconds: number;
}

/** The lock on a snapshot: until when it can't be removed. */
export interface SnapshotLock {
  mode: "governance" | "compliance";
  /** When the lock ends, RFC 3339, UTC. */
  until: string;
  /** The number of older objects whose locks were made longer. */
  renewed: number;
  /** The number of these objects whose lock is of the other mode, which the store doesn't change. */
  inOtherMode: number;
}

/** What a repository has got. */
export type StoredSnapshot =
  | {
      place: string;
      /** Path of its manifest. */
      snapshot: string;
      manifestBytes: number;
      /** Stored by this backup, and their bytes there. */
      newSegments: number;
      newBytes: number;
      /** Segments of older snapshots that were used again. */
      reusedSegments: number;
      reusedBytes: number;
      /** The lock, where the snapshot is locked. */
      lock?: SnapshotLock;
    }
  | { place: string; failed: Fault };

/** The snapshots of a repository. */
export interface SnapshotsReport {
  place: string;
  /** Newest first. */
  snapshots: ListedSnapshot[];
  /**
   * When the newest delta of a continuous backup was stored, after the newest snapshot or shortly before it. A check or a drill
   * tells whether all deltas before it are there.
   */
  newestDelta?: string;
  /** The snapshots that can't be read. */
  unreadable: { setId: string; createdAt: string; code: ErrorCode; message: string }[];
}

export interface ListedSnapshot {
  setId: string;
  /** RFC 3339, UTC. */
  createdAt: string;
  /** Absent, with all that follows, where no identity opens its manifest. */
  host?: string;
  /** The id of the installation whose job made it; absent where a person made it. */
  installation?: string;
  tags?: string[];
  producer?: string;
  /** The lock that the snapshot got when it was stored, if it got one. */
  objectLock?: { mode: "governance" | "compliance"; until: string };
  /** When a drill last restored it and found it right; absent where none did. */
  verifiedAt?: string;
  /** About how many seconds a real restore of it takes, by that drill. */
  restoreSeconds?: number;
  databases?: Partial<
    Record<DatabaseKind, { entries: number; rawBytes: number; storedBytes: number }>
  >;
}
