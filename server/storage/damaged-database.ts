// A database that is damaged, read as far as that goes, without the engine that keeps it.

import type { DatabaseKind } from "../records/kinds.js";
import type { RawBlock } from "../records/raw-block.js";
import type { DamagedDatabaseFacts, OnProgress } from "../records/reports.js";

export interface DamagedPlace {
  /** The data file. */
  path: string;
  /** Which database it must be; where it doesn't say so itself any more, which it is. */
  kind?: DatabaseKind | undefined;
  /** Also takes what nothing leads to any more: it may be older, or removed since. */
  includeUnreachable: boolean;
  /** An existing directory for what is found. */
  scratchDir: string;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface DamagedDatabase extends AsyncDisposable {
  readonly kind: DatabaseKind;
  /** When it was made, RFC 3339; where that is known. */
  readonly madeAt: string | undefined;
  /** All records that are right, in order of their keys. Once. */
  blocks(): AsyncGenerator<RawBlock>;
  /**
   * Ask for them once the blocks have ended.
   * @throws DATABASE_UNAVAILABLE if the database was written to meanwhile
   */
  facts(): DamagedDatabaseFacts;
}

/**
 * @throws DATABASE_MISSING, DATABASE_UNAVAILABLE also where a process has it open, DATABASE_INVALID where nothing can be read,
 *   DATABASE_WRONG_KIND, DATABASE_TOO_NEW
 */
export type OpenDamaged = (place: DamagedPlace) => Promise<DamagedDatabase>;
