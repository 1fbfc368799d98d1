/**
 * Keeps a map within a bound by deleting the keys that were set first. To make a key the newest, delete it before setting it
 * again.
 */
export function forgetOldest(map: Map<unknown, unknown>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
