// The messages between the parent process and its child, which does the work.

import type { DatabaseKind } from "../server/records/kinds.js";
import type { ExitCode, StopSignal } from "./exit-codes.js";

/** The directories that a server works on, and how long its requests may go on after a signal. */
export interface Serving {
  dirs: Record<DatabaseKind, string>;
  stopMs: number;
}

export type ToChild =
  /** `isLast`: no other child will be started in its place. */
  { words: readonly string[]; isLast: boolean } | { signal: StopSignal };

export type ToParent =
  /** The database that the child opens for the first time; null once it is open. */
  | { opening: { kind: DatabaseKind; dir: string } | null }
  | { restored: DatabaseKind }
  | { compacted: DatabaseKind }
  /** The child is a server, and begins. */
  | { serving: Serving }
  /** The child has got the signal to stop. */
  | { stopping: true }
  /** The child has done nothing: a process of another container has its number. */
  | { numberTaken: true }
  /** The child has printed everything. */
  | { ended: ExitCode };
