// The README's picture of a terminal: what the built `flowg` shows in a real one, drawn as an SVG.

import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
export const PICTURE = join(PROJECT, "cli/terminal.svg");

const COLUMNS = 96;
/** A backup, a look at it, and a restore of one in which a byte has changed. */
const COMMANDS = [
  "flowg admin backup",
  "flowg admin verify",
  "printf X | dd of=backup/log.db bs=1 seek=20000 conv=notrunc status=none",
  "flowg admin restore",
];

/** All that the terminal shows, line by line, with its colours as escape sequences. */
export async function recordTerminal(): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), "flowg-picture-"));
  try {
    await cp(join(PROJECT, "tests/fixtures/flowg-0.24.1"), join(home, "work/from-flowg"), {
      recursive: true,
    });
    await mkdir(join(home, "bin"));
    const start = `#!/bin/sh\nexec '${process.execPath}' '${join(PROJECT, "dist/cli/main.js")}' "$@"\n`;
    await writeFile(join(home, "bin/flowg"), start, { mode: 0o755 });
    runInTerminal("flowg admin restore --backup-dir from-flowg", home);
    return COMMANDS.flatMap((command) => [`$ ${command}`, ...runInTerminal(command, home), ""]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Runs it by util-linux's `script`. The last command is meant to fail, so its exit code doesn't matter. */
function runInTerminal(command: string, home: string): string[] {
  const shown = execFileSync("script", ["-qc", `stty cols ${COLUMNS}; ${command}`, "/dev/null"], {
    cwd: join(home, "work"),
    env: { PATH: `${join(home, "bin")}${delimiter}${process.env.PATH}`, HOME: home, TERM: "xterm" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines = shown.split("\r\n").map((line) => line.replace(/^.*\x1b\[2K/s, ""));
  return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
}

/** A line's colours, and the classes that they get. */
const CLASSES: Record<string, string> = {
  1: "bold",
  2: "dim",
  31: "red",
  32: "green",
  33: "yellow",
};
const ENDS: Record<string, string[]> = {
  0: Object.values(CLASSES),
  22: ["bold", "dim"],
  39: ["red", "green", "yellow"],
};

const CHARACTER = { width: 8.4, height: 20 };
const EDGE = { side: 20, top: 44, bottom: 20 };

export function drawTerminal(lines: readonly string[]): string {
  const width = Math.ceil(COLUMNS * CHARACTER.width) + 2 * EDGE.side;
  const rows = lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
  const height = EDGE.top + rows.length * CHARACTER.height + EDGE.bottom;
  const drawn = rows.map((line, row) => drawLine(line, EDGE.top + (row + 0.75) * CHARACTER.height));
  return `<!-- Made by \`npm run picture\` from what flowg prints: do not edit. -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>flowg backs up three databases, verifies the backup, and refuses to restore a damaged one</title>
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d6dbe2; }
.prompt { fill: #7ee2a8; font-weight: 600; }
.bold { font-weight: 700; }
.dim { fill: #8b95a3; }
.red { fill: #ff7b72; }
.green { fill: #7ee2a8; }
.yellow { fill: #f0c674; }
</style>
<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>
<circle cx="20" cy="20" r="6" fill="#ff5f57"/><circle cx="40" cy="20" r="6" fill="#febc2e"/><circle cx="60" cy="20" r="6" fill="#28c840"/>
${drawn.filter(Boolean).join("\n")}
</svg>
`;
}

/** One line; its length is given, so that it fits whatever font the reader has. */
function drawLine(line: string, y: number): string {
  const text = plain(line);
  if (text === "") return "";
  const length = (text.length * CHARACTER.width).toFixed(1);
  const inside = line.startsWith("$ ")
    ? `<tspan class="prompt">$</tspan>${xml(text.slice(1))}`
    : spans(line);
  return `<text x="${EDGE.side}" y="${y}" textLength="${length}" xml:space="preserve">${inside}</text>`;
}

function spans(line: string): string {
  const active = new Set<string>();
  let drawn = "";
  for (const part of line.split(/(\x1b\[\d+m)/)) {
    const code = /^\x1b\[(\d+)m$/.exec(part)?.[1];
    if (code !== undefined) {
      for (const name of ENDS[code] ?? []) active.delete(name);
      const name = CLASSES[code];
      if (name !== undefined) active.add(name);
    } else if (part !== "") {
      const names = [...active].join(" ");
      drawn += names ? `<tspan class="${names}">${xml(part)}</tspan>` : xml(part);
    }
  }
  return drawn;
}

export const plain = (line: string): string => line.replaceAll(/\x1b\[\d+m/g, "");

const xml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The text in the picture as it is kept. */
export async function pictureText(): Promise<string> {
  const svg = await readFile(PICTURE, "utf8");
  const rows = [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, row = ""]) =>
    row.replaceAll(/<[^>]*>/g, ""),
  );
  return rows.join("\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
