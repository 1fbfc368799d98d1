// Finds the locked objects among those that are to be removed.

import { eachAtOnce } from "../../platform/each-at-once.js";
import type { ObjectLock, Place } from "../places/place.js";

const AT_ONCE = 5;

/**
 * The locks of the locked objects, by path. This takes a request for each object, where the place locks any.
 * @param onAsked called after each request
 * @throws PERMISSION_DENIED, and what the place throws
 */
export async function locksAmong(
  { locks }: Pick<Place, "locks">,
  paths: Iterable<string>,
  onAsked: () => Promise<void> = async () => {},
): Promise<Map<string, ObjectLock>> {
  const found = new Map<string, ObjectLock>();
  if (!locks) return found;
  await eachAtOnce(paths, AT_ONCE, async (path) => {
    const lock = await locks.of(path);
    if (lock) found.set(path, lock);
    await onAsked();
  });
  return found;
}

/** When the last of these locks ends, RFC 3339; undefined if there is none. */
export function lastEnd(locks: Iterable<ObjectLock>): string | undefined {
  let last = 0;
  for (const { until } of locks) last = Math.max(last, until.getTime());
  return last === 0 ? undefined : new Date(last).toISOString();
}
