// Notes in the repository that a snapshot has passed a drill, so that no policy removes the newest such snapshot. A drill may
// have the right to read only. So a note that can't be written is a message, not a fault of the snapshot.

import { FlowgError } from "../../platform/errors.js";
import type { DrillOutcome } from "../../records/drill-report.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import { demandFile } from "../../repository/lost-file.js";
import type { Repository } from "../../repository/repository.js";
import { noteVerified, removeVerified } from "../../repository/verified.js";

/**
 * @param only the databases that were drilled; by default all three
 * @returns what a person should know
 * @throws CANCELLED
 */
export async function noteOutcome(
  repository: Repository,
  { ok, snapshot, restore, when }: DrillOutcome,
  only: readonly DatabaseKind[] | undefined,
): Promise<string[]> {
  const { setId, createdAt } = snapshot;
  // a view of the past is never written to
  if (setId === undefined || createdAt === undefined || repository.place.past) return [];
  const isWhole = DATABASE_KINDS.every((kind) => only?.includes(kind) ?? true);
  try {
    demandFile(repository);
    if (!ok) await removeVerified(repository, { setId, createdAt });
    else if (isWhole && restore)
      await noteVerified(
        repository,
        { setId, createdAt },
        { verifiedAt: when, restoreSeconds: restore.estimatedSeconds },
      );
    return [];
  } catch (error) {
    if (!(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
    return ok
      ? [
          `the snapshot ${setId} passed, but the repository can't note it, so forget doesn't know: ${error.message}`,
        ]
      : [
          `the snapshot ${setId} failed, but the repository still notes it as verified: ${error.message}`,
        ];
  }
}
