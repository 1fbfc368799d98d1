// What the process that was started and its child, which does the work, say to each other.

import type { DatabaseKind } from "../server/database/kinds.js";
import type { ExitCode, StopSignal } from "./exit-codes.js";

export type ToChild =
  /** `isLast`: no other child will be started in its place. */
  { words: readonly string[]; isLast: boolean } | { signal: StopSignal };

export type ToParent =
  /** A database that is being opened for the first time; null once that has gone well. */
  | { opening: { kind: DatabaseKind; dir: string } | null }
  | { restored: DatabaseKind }
  /** It has done nothing: a process of another container has its number. */
  | { numberTaken: true }
  /** All has been printed. */
  | { ended: ExitCode };
