// Tables in FlowG's form: a header, columns aligned with two spaces between them, no lines.

import { safe } from "./safe.js";
import { wrap } from "./wrap.js";

export type Alignment = "left" | "right";

export interface Column {
  header: string;
  align?: Alignment;
}

/**
 * The lines of a table. Cells are made safe for a terminal here.
 * @param width of the terminal: a table that is wider becomes a list. Elsewhere it stays a table, as scripts expect
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

// East Asian wide and fullwidth forms, and emoji, take two columns
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;
const ZERO = /^\p{Mn}+$|^\u200b$/u;

let graphemes: Intl.Segmenter | undefined;

/** Columns a text takes on a terminal. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  // costs 10 ms to make
  graphemes ??= new Intl.Segmenter();
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += ZERO.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
  }
  return width;
}
