// Writes tables in FlowG's form: a header, aligned columns with two spaces between them, no lines.

import { safe } from "./safe.js";
import { displayWidth } from "./width.js";
import { wrap } from "./wrap.js";

export type Alignment = "left" | "right";

export interface Column {
  header: string;
  align?: Alignment;
}

/** A column of numbers. */
export const right = (header: string): Column => ({ header, align: "right" });

/**
 * Writes a table. It makes cells safe for a terminal.
 * @param width the columns of the terminal. A wider table becomes a list. Without a terminal it stays a table, as scripts
 * expect
 */
export function table(
  columns: readonly (Column | string)[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const heads = columns.map((column) => (typeof column === "string" ? { header: column } : column));
  const lines = [heads.map((head) => head.header), ...rows].map((cells) => cells.map(safe));
  const widths = heads.map((_, index) =>
    Math.max(...lines.map((cells) => displayWidth(cells[index] ?? ""))),
  );
  const total = widths.reduce((sum, one) => sum + one + 2, -2);
  if (total > width) return list(lines, width);
  return lines
    .map((cells) =>
      cells
        .map((cell, index) => pad(cell, widths[index] ?? 0, heads[index]?.align ?? "left"))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A paragraph for each row, a line for each of its cells. */
function list([heads = [], ...rows]: readonly (readonly string[])[], width: number): string {
  const label = Math.max(...heads.map(displayWidth)) + 2;
  const paragraphs = rows.map((cells) =>
    cells
      .map((cell, index) =>
        `${pad(`${heads[index] ?? ""}:`, label, "left")}${wrap(cell, width, label)}`.trimEnd(),
      )
      .join("\n"),
  );
  return paragraphs.join("\n\n");
}

/** A list as FlowG prints it: `[a b c]`. */
export function goSlice(items: readonly string[]): string {
  return `[${items.join(" ")}]`;
}

function pad(cell: string, width: number, align: Alignment): string {
  const blanks = " ".repeat(Math.max(0, width - displayWidth(cell)));
  return align === "left" ? cell + blanks : blanks + cell;
}
