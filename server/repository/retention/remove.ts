// Removes snapshots: the manifest, which makes one exist, and then its signature.

import { eachAtOnce } from "../../platform/each-at-once.js";
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
  await eachAtOnce(snapshots, AT_ONCE, async (one) => {
    await place.remove(one.path);
    onRemoved(one);
    // one without its snapshot harms nobody, and prune removes it
    await place.remove(one.signaturePath);
  });
}
