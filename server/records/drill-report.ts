// What a drill reports: plain data, the same for the CLI's `--json`, a server's jobs and the tests.

import type { ErrorCode } from "../platform/errors.js";
import type { DatabaseKind } from "./kinds.js";

/** The report on a repository's snapshots that were drilled, or on a directory. */
export interface DrillReport {
  /** The repository, or the directory. */
  place: string;
  /** Whether each snapshot can be restored, and is what it should be. */
  ok: boolean;
  drills: DrillOutcome[];
  /** What a person should know. */
  notes: string[];
}

export interface DrillOutcome {
  /** The snapshot. Absent for a directory of another program's files. */
  snapshot: {
    setId?: string;
    createdAt?: string;
    host?: string;
    /** The instant up to which deltas have added changes; absent where there were none, or none were wanted. */
    instant?: string;
  };
  /** Why it was chosen: `newest`, `a week`; absent where it was named. */
  age?: string;
  /** When the drill began, RFC 3339, UTC. */
  when: string;
  ok: boolean;
  /** What is wrong; empty where it is ok. */
  problems: DrillProblem[];
  /** What isn't as it should be, though a restore works. */
  warnings: string[];
  /** Seconds that the whole drill took. */
  seconds: number;
  /** The time and speed of its restore here. Absent where that failed. */
  restore?: DrilledRestore;
  /** Bytes of objects, as they were read from the place. */
  bytesRead: number;
  databases: DrilledDatabase[];
}

export interface DrillProblem {
  database?: DatabaseKind;
  code?: ErrorCode;
  message: string;
}

export interface DrilledRestore {
  seconds: number;
  /** Seconds of its parts. `finishing` puts the records on the disk. */
  phases: { opening: number; verifying: number; restoring: number; finishing: number };
  /** Bytes of records, before compression, a second. */
  bytesPerSecond: number;
  /** About how many seconds a real restore takes. */
  estimatedSeconds: number;
  /** The bytes a second that the disks take. Present only where the real disk was named. */
  disks?: { scratch: number; real: number };
}

export interface DrilledDatabase {
  database: DatabaseKind;
  entries: number;
  rawBytes: number;
  /** What it takes on the disk, once restored. */
  bytes: number;
  restoreSeconds: number;
  /** Seconds for the checks of its records and derived data, and for the queries. */
  checkSeconds: number;
  /** How many questions it was asked. */
  queries: number;
}
