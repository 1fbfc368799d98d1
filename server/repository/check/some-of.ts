/** Chance chooses a share of the items, rounded up. */
export function someOf<T>(items: readonly T[], share: number): { some: T[]; others: T[] } {
  const others = shuffled([...items]);
  const some = others.splice(0, Math.ceil(items.length * share));
  return { some, others };
}

/** Shuffles by Fisher and Yates. */
function shuffled<T>(items: T[]): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [items[at], items[other]] = [items[other] as T, items[at] as T];
  }
  return items;
}
