// Databases held at one instant, for as long as a backup reads them.

import type { KeyRange } from "../records/keys.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { RawBlock } from "../records/raw-block.js";
import type { LeftOut } from "../records/reports.js";
import type { TrackingPoint } from "../records/tracking-point.js";
import type { FoundByWalk } from "./database.js";
import type { RestoreMark } from "./notes/restore-mark.js";

/** What is known of a database at the instant that is held. */
export interface HeldFacts {
  /** How many records its backup will have; absent while deleted ones are still being removed. */
  records?: number;
  /** The sum of their checksums, modulo 2^32; where it is known, and `records` is. */
  checksums?: number;
  /** Where the writes to it stand, for a later backup; absent where nobody has tracked them. */
  tracking?: TrackingPoint;
  /** What its records take in it. */
  bytes: number;
  /** When the database was made, RFC 3339; where that is known. */
  madeAt: string | undefined;
  /** What the last restore has left. */
  mark: RestoreMark | undefined;
}

export interface BlocksOptions {
  /** Whether each record must be one that a restore lets in, as in a verification. */
  check: boolean;
  /** Goes on without what is damaged. */
  skipDamaged?: boolean | undefined;
  /** Told what was left out, if anything was, before the blocks end. */
  onLeftOut?: ((leftOut: LeftOut) => void) | undefined;
  /** Only records with these keys. What can be told of all records only, is not looked at then. */
  range?: { start?: Uint8Array | undefined; end?: Uint8Array | undefined } | undefined;
  /** Told what the database should keep of it: see Database.keepFound. */
  onSumFound?: ((found: FoundByWalk) => void) | undefined;
}

export interface HeldInstant extends AsyncDisposable {
  readonly facts: Partial<Record<DatabaseKind, HeldFacts>>;
  /**
   * The raw blocks of one database. One walk at a time.
   * @throws DATABASE_DAMAGED, unless it is to go on without what is damaged
   */
  blocks(kind: DatabaseKind, how: BlocksOptions): AsyncGenerator<RawBlock>;
  /**
   * Where records may differ from those of an earlier instant, as ranges of keys, sorted and apart: everywhere else they
   * are the same. Not while blocks are walked.
   * @param point the `tracking` of the earlier one
   * @returns undefined where that can't be told
   */
  writtenSince(kind: DatabaseKind, point: TrackingPoint): Promise<KeyRange[] | undefined>;
  /** Takes back the memory of a block, or other memory in its place. To be called once for each, or the walk stops. */
  recycle(memory: ArrayBuffer): void;
  /** Lets the instant go. A walk under way stops at its next block. */
  close(): Promise<void>;
}
