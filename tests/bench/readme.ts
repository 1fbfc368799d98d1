// The tables' place in the README beside this file.

import { readFile, writeFile } from "node:fs/promises";

const README = new URL("../../../tests/bench/README.md", import.meta.url);
const BEGIN = "<!-- begin: npm run bench -- --write-readme -->";
const END = "<!-- end: npm run bench -- --write-readme -->";

export async function writeReadme(tables: string): Promise<void> {
  const text = await readFile(README, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`tests/bench/README.md has no place for it: ${BEGIN}`);
  await writeFile(README, `${text.slice(0, from)}${BEGIN}\n\n${tables}\n\n${text.slice(to)}`);
}
