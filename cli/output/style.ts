// Colours text, but only on a terminal, not with NO_COLOR (https://no-color.org), and not on a dumb terminal.

import type { Environment } from "../check-words.js";

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

const as = (code: number, end: number) => (text: string) => `\x1b[${code}m${text}\x1b[${end}m`;
const plain = (text: string) => text;

const COLOURED: Style = { bold: as(1, 22), dim: as(2, 22), red: as(31, 39), yellow: as(33, 39) };
export const PLAIN: Style = { bold: plain, dim: plain, red: plain, yellow: plain };

export function styleFor(stream: { isTTY?: boolean | undefined }, env: Environment): Style {
  return stream.isTTY && !env.NO_COLOR && env.TERM !== "dumb" ? COLOURED : PLAIN;
}
