// Removes snapshots: the manifest, which makes one exist, and then its signature.

import type { Place } from "../places/place.js";

const AT_ONCE = 5;

/** The objects of a snapshot. */
export interface SnapshotObjects {
  path: string;
  signaturePath: string;
}

/**
 * Stopped or failing on the way, each snapshot is there with its signature, or not there.
 * @param onRemoved told of each that is gone
 * @throws PERMISSION_DENIED, REPOSITORY_UNAVAILABLE, CANCELLED: others may be gone
 */
export async function removeSnapshots<S extends SnapshotObjects>(
  place: Place,
  snapshots: readonly S[],
  onRemoved: (snapshot: S) => void,
): Promise<void> {
  const left = [...snapshots].reverse();
  const failed: unknown[] = [];
  const inTurn = async () => {
    for (let one = left.pop(); one && failed.length === 0; one = left.pop()) {
      try {
        await place.remove(one.path);
        onRemoved(one);
        // one without its snapshot harms nobody, and prune removes it
        await place.remove(one.signaturePath);
      } catch (error) {
        failed.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, inTurn));
  if (failed.length > 0) throw failed[0];
}
