// `npm run bench`: measures, and prints tables that anyone can check. Nothing here is a test.

import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { endOnSignals } from "./children.js";
import { measure, runStep } from "./measure.js";
import { writeReadme } from "./readme.js";
import { ROWS } from "./rows.js";
import { stepsOf } from "./steps.js";
import { report, type Size } from "./table.js";
import type { Facts } from "./task.js";

const HELP = `npm run bench -- [--entries 500000,5000000] [--runs 9,5] [--only ROW,ROW] [--only-large ROW,ROW]
                [--json FILE] [--write-readme]
--runs: of each size, as they stand in --entries; the last one holds for those that follow.
--only-large: of sizes beyond the first, only these rows.
Rows: ${[...new Set(ROWS.map(({ name }) => name))].join(", ")}. FLOWG_BENCH_DIR: where its temporary files are.
`;

const { values: flags } = parseArgs({
  options: {
    entries: { type: "string", default: "500000,5000000" },
    runs: { type: "string", default: "9,5" },
    only: { type: "string" },
    "only-large": { type: "string" },
    json: { type: "string" },
    "write-readme": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const counts = flags.entries.split(",").map(Number);
const runs = flags.runs.split(",").map(Number);
const named = (names: string | undefined) => (row: { name: string }) =>
  names?.split(",").includes(row.name) ?? true;
const rows = ROWS.filter(named(flags.only));
const largeRows = rows.filter(named(flags["only-large"]));
const isWrong = [...counts, ...runs].some((n) => !(Number.isSafeInteger(n) && n > 0));
if (flags.help || isWrong || rows.length === 0) {
  process.stderr.write(HELP);
  process.exit(flags.help ? 0 : 2);
}

const home = mkdtempSync(join(process.env.FLOWG_BENCH_DIR ?? tmpdir(), "flowg-bench-"));
const cleanUp = () => rmSync(home, { recursive: true, force: true });
endOnSignals(cleanUp);
const say = (text: string) => process.stderr.write(`${text}\n`);

async function measureSize(count: number, index: number): Promise<Size> {
  const isSmallest = index === 0;
  const times = runs[Math.min(index, runs.length - 1)] as number;
  const where = { home: join(home, String(count)), count };
  const steps = isSmallest ? stepsOf(rows) : stepsOf(largeRows).filter(({ smallest }) => !smallest);
  say(`${count.toLocaleString("en-US")} entries`);
  const tell = (name: string, facts: Facts, round = "made") => {
    const words = Object.entries(facts).map(([fact, value]) => `${fact} ${value.toPrecision(4)}`);
    say(`  ${round} ${name.padEnd(26)} ${words.join("  ")}`);
  };
  tell("make", await runStep({ name: "make" }, where));
  if (steps.some(({ name }) => name === "import-flowg"))
    tell("make-flowg", await runStep({ name: "make-flowg" }, where));
  const onStep = (round: number, name: string, facts: Facts) =>
    tell(name, facts, `${round + 1}/${times} `);
  const rounds = await measure({ steps, runs: times, onStep, ...where });
  rmSync(where.home, { recursive: true, force: true });
  return { count, rounds };
}

try {
  const sizes: Size[] = [];
  for (const [index, count] of counts.entries()) sizes.push(await measureSize(count, index));
  const text = report({ sizes, rows, mostGrowth: 1.25 });
  process.stdout.write(`${text}\n`);
  if (flags.json)
    await writeFile(flags.json, `${JSON.stringify({ node: process.version, sizes })}\n`);
  if (flags["write-readme"]) await writeReadme(text);
} finally {
  cleanUp();
}
