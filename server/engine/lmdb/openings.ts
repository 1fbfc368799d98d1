// Notes which databases other threads of this process are opening. Meanwhile no other files may take the place of those that
// are opened one after the other.

const underWay = new Map<string, Set<Promise<unknown>>>();

/** The openings of a database, by its directory. The set is live. */
export function openingsOf(dir: string): ReadonlySet<Promise<unknown>> {
  return underWay.get(dir) ?? NONE;
}

/** Notes that databases are being opened, until `opening` settles. */
export function noteOpening(dirs: readonly string[], opening: Promise<unknown>): void {
  for (const dir of dirs) {
    const set = underWay.get(dir) ?? new Set();
    underWay.set(dir, set.add(opening));
    const settled = () => {
      set.delete(opening);
      if (set.size === 0 && underWay.get(dir) === set) underWay.delete(dir);
    };
    opening.then(settled, settled);
  }
}

const NONE: ReadonlySet<Promise<unknown>> = new Set();
