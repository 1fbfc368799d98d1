// Whether a place holds anything under a prefix.

import type { Place } from "./place.js";

/** @throws what `get` of the place throws */
export async function isAnyBelow(place: Place, prefix: string): Promise<boolean> {
  for await (const _ of place.listPaths(prefix)) return true;
  return false;
}
