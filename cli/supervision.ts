// The messages between the process that was started and its child, which does the work.

import type { DatabaseKind } from "../server/records/kinds.js";
import type { ExitCode, StopSignal } from "./exit-codes.js";

/** What a server works on, and how long it lets requests go on once it is to stop. */
export interface Serving {
  dirs: Record<DatabaseKind, string>;
  stopMs: number;
}

export type ToChild =
  /** `isLast`: no other child will be started in its place. */
  { words: readonly string[]; isLast: boolean } | { signal: StopSignal };

export type ToParent =
  /** A database that is being opened for the first time; null once that has gone well. */
  | { opening: { kind: DatabaseKind; dir: string } | null }
  | { restored: DatabaseKind }
  | { compacted: DatabaseKind }
  /** It is a server, and begins. */
  | { serving: Serving }
  /** It has heard that it is to stop. */
  | { stopping: true }
  /** It has done nothing: a process of another container has its number. */
  | { numberTaken: true }
  /** All has been printed. */
  | { ended: ExitCode };
