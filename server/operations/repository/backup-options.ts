// The options of a backup into repositories.

import type { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { LockWish } from "../../repository/object-lock/lock-wish.js";
import type { Repository } from "../../repository/repository.js";
import type { FoundByWalk } from "../../storage/database.js";
import type { BackupOptions } from "../offline/options.js";

export interface RepositoryBackupOptions
  extends Pick<
    BackupOptions,
    "dirs" | "only" | "allowShrink" | "skipDamaged" | "onProgress" | "signal"
  > {
  tags: readonly string[];
  /** The host that the databases belong to. Snapshots of one host are compared, and kept, together. */
  host: string;
  /** The id of the installation whose job this is. */
  installation?: string | undefined;
  /** Reads everything: the databases, and what the repositories have of them already. */
  full?: boolean | undefined;
  /** Locks the snapshot and all that it needs. Nobody can remove them for this long. */
  objectLock?: LockWish | undefined;
  repositories: readonly BackupPlace[];
  /** Called when the read transactions have begun. The function that it returns is called when they have ended. */
  onHeld?: ((kinds: readonly DatabaseKind[]) => () => void) | undefined;
  /** Called before the first manifest is stored. From then on a snapshot may exist. */
  onPublishing?: (() => void) | undefined;
  /** Called with the sum of a database's records, where it was lost and the walk has found it again. */
  onSumFound?: ((database: DatabaseKind, found: FoundByWalk) => void) | undefined;
}

/** A repository, or why it can't be used. */
export type BackupPlace =
  | { repository: Repository; keyFilePath?: string | undefined }
  | { name: string; error: FlowgError };
