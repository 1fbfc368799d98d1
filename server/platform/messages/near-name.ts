// Finds the name that was probably meant.

const NEAR = 2;

/** Gives the one known name that differs from what was typed only in case or marks, or by a slip or two of the fingers. */
export function nearName(typed: string, known: readonly string[]): string | undefined {
  const letters = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = letters(typed.slice(0, 80));
  const near = known
    .map((name) => ({ name, slips: slips(wanted, letters(name)) }))
    .filter(({ name, slips }) => slips <= Math.min(NEAR, Math.floor(name.length / 3)))
    .sort((a, b) => a.slips - b.slips);
  return near[0]?.name;
}

/** Counts the letters to insert, remove, replace, or swap with their neighbour (optimal string alignment). */
function slips(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= from.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const steps = [
        at(row - 1, column - 1) + (isSame ? 0 : 1),
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
      ];
      const isSwapped =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      if (isSwapped) steps.push(at(row - 2, column - 2) + 1);
      rows[row]?.push(Math.min(...steps));
    }
  }
  return at(from.length, to.length);
}
