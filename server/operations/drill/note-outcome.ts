// Notes in the repository that a snapshot has passed a drill, so that no policy removes the newest such one. That the note can't be
// written is no fault of the snapshot: who drills may be allowed to read alone.

import { FlowgError } from "../../platform/errors.js";
import type { DrillOutcome } from "../../records/drill-report.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { Repository } from "../../repository/repository.js";
import { noteVerified, removeVerified } from "../../repository/verified.js";

/**
 * @param only the databases that were drilled; all three unless given
 * @returns what a person should know
 * @throws CANCELLED
 */
export async function noteOutcome(
  repository: Repository,
  { ok, snapshot, restore, when }: DrillOutcome,
  only: readonly DatabaseKind[] | undefined,
): Promise<string[]> {
  const { setId, createdAt } = snapshot;
  // what is shown as it was is never written to
  if (setId === undefined || createdAt === undefined || repository.place.past) return [];
  const isWhole = DATABASE_KINDS.every((kind) => only?.includes(kind) ?? true);
  try {
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
          `that the snapshot ${setId} passed can't be noted, so forget doesn't know: ${error.message}`,
        ]
      : [`that the snapshot ${setId} is verified stays noted: ${error.message}`];
  }
}
