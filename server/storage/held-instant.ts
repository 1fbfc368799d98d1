// Databases held at one instant, for as long as a backup reads them.

import type { KeyRange } from "../records/keys.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { RawBlock } from "../records/raw-block.js";
import type { LeftOut } from "../records/reports.js";
import type { TrackedInstant, TrackingPoint } from "../records/tracking-point.js";
import type { FoundByWalk } from "./database.js";
import type { RestoreMark } from "./notes/restore-mark.js";

/** The facts of a database at the held instant. */
export interface HeldFacts {
  /** How many records its backup will have; absent while deleted ones are still being removed. */
  records?: number;
  /** The sum of their checksums, modulo 2^32, where both it and `records` are known. */
  checksums?: number;
  /** How far writes have come, for a later backup; absent if they weren't tracked. */
  tracking?: TrackedInstant;
  /** The bytes of its records. */
  bytes: number;
  /** When the database was made, RFC 3339; where that is known. */
  madeAt: string | undefined;
  /** The mark of the last restore. */
  mark: RestoreMark | undefined;
}

export interface BlocksOptions {
  /** Whether each record must be one that a restore lets in, as in a verification. */
  check: boolean;
  /** Whether to go on without damaged records. */
  skipDamaged?: boolean | undefined;
  /** Told what was left out, if anything, before the blocks end. */
  onLeftOut?: ((leftOut: LeftOut) => void) | undefined;
  /** Only records with these keys. Checks of all records together are left out then. */
  range?: { start?: Uint8Array | undefined; end?: Uint8Array | undefined } | undefined;
  /** Told the findings that the database should keep: see Database.keepFound. */
  onSumFound?: ((found: FoundByWalk) => void) | undefined;
}

export interface HeldInstant extends AsyncDisposable {
  /** The time of the instant: all that readers could see then is there. */
  readonly at: Date;
  readonly facts: Partial<Record<DatabaseKind, HeldFacts>>;
  /**
   * The raw blocks of one database. One walk at a time.
   * @throws DATABASE_DAMAGED, unless it is to go on without what is damaged
   */
  blocks(kind: DatabaseKind, how: BlocksOptions): AsyncGenerator<RawBlock>;
  /**
   * Finds the ranges of keys, sorted and disjoint, in which records may differ from those of an earlier instant. Everywhere
   * else they are the same. Not while blocks are walked.
   * @param point the `tracking` of the earlier one
   * @returns undefined where that can't be told
   */
  writtenSince(kind: DatabaseKind, point: TrackingPoint): Promise<KeyRange[] | undefined>;
  /** Takes back the memory of a block, or other memory in its place. Call it once for each block, or the walk stops. */
  recycle(memory: ArrayBuffer): void;
  /** Lets the instant go. A walk under way stops at its next block. */
  close(): Promise<void>;
}
