// What a backup into repositories is asked for.

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
  /** The lock on the snapshot and on all that it needs: it can't be removed for this long. */
  objectLock?: LockWish | undefined;
  repositories: readonly BackupPlace[];
  /** Told that the instant is held; what it returns is called when it no longer is. */
  onHeld?: ((kinds: readonly DatabaseKind[]) => () => void) | undefined;
  /** Told before the first manifest is stored: from then on a snapshot may be there. */
  onPublishing?: (() => void) | undefined;
  /** Told what makes the sum of a database's records known again, where it was lost. */
  onSumFound?: ((database: DatabaseKind, found: FoundByWalk) => void) | undefined;
}

/** A repository, or why it can't be used. */
export type BackupPlace =
  | { repository: Repository; keyFilePath?: string | undefined }
  | { name: string; error: FlowgError };
