/** Keeps a map within a bound: it forgets what was set first. A key that is set anew counts as new only where it was deleted before. */
export function forgetOldest(map: Map<unknown, unknown>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
