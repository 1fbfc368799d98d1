// Breaks running text between words.

import { displayWidth } from "./width.js";

/** The least columns for a line of text. With less room beside a label, the text goes below it. */
export const ROOM_MIN = 20;

/** Breaks lines between words; all but the first line of a paragraph are indented. */
export function wrap(text: string, width: number, indent: number): string {
  const room = Math.max(ROOM_MIN, width - indent);
  const paragraphs = text.split("\n").map((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > room) {
        lines.push(line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
    return lines.join(`\n${" ".repeat(indent)}`);
  });
  return paragraphs.join("\n");
}
