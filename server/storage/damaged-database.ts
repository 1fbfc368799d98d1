// Reads a damaged database as far as that goes, without the engine that keeps it.

import type { DatabaseKind } from "../records/kinds.js";
import type { RawBlock } from "../records/raw-block.js";
import type { OnProgress } from "../records/reports.js";
import type { DamagedDatabaseFacts } from "../records/salvage-reports.js";

export interface DamagedPlace {
  /** The data file. */
  path: string;
  /** The kind that the database must be of. It is taken to be of this kind where it no longer says so itself. */
  kind?: DatabaseKind | undefined;
  /** Whether to take records that the tree no longer leads to. They may be older, or removed since. */
  includeUnreachable: boolean;
  /** An existing directory for temporary files. */
  scratchDir: string;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface DamagedDatabase extends AsyncDisposable {
  readonly kind: DatabaseKind;
  /** When the database was made, RFC 3339, where that is known. */
  readonly madeAt: string | undefined;
  /** Gives all sound records, in order of their keys. Can be called once. */
  blocks(): AsyncGenerator<RawBlock>;
  /**
   * Says what was damaged. Call it after the last block.
   * @throws DATABASE_UNAVAILABLE if the database was written to meanwhile
   */
  facts(): DamagedDatabaseFacts;
}

/**
 * @throws DATABASE_MISSING, DATABASE_UNAVAILABLE also where a process has it open, DATABASE_INVALID where nothing can be read,
 *   DATABASE_WRONG_KIND, DATABASE_TOO_NEW
 */
export type OpenDamaged = (place: DamagedPlace) => Promise<DamagedDatabase>;
