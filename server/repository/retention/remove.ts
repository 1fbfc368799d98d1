// Removes snapshots: first the manifest, which makes one exist, then its signature.

import { eachAtOnce } from "../../platform/each-at-once.js";
import type { Place } from "../places/place.js";

const AT_ONCE = 5;

/** The objects that are a snapshot's own. */
export interface OwnObjects {
  path: string;
  signaturePath: string;
}

/**
 * If this stops or fails on the way, each snapshot is either there with its signature, or gone.
 * @param onRemoved called after each
 * @throws PERMISSION_DENIED, REPOSITORY_UNAVAILABLE, CANCELLED: others may be gone already
 */
export async function removeSnapshots<S extends OwnObjects>(
  place: Place,
  snapshots: readonly S[],
  onRemoved: (snapshot: S) => void,
): Promise<void> {
  await eachAtOnce(snapshots, AT_ONCE, async (one) => {
    await place.remove(one.path);
    onRemoved(one);
    // a signature without its snapshot does no harm, and prune removes it
    await place.remove(one.signaturePath);
  });
}
