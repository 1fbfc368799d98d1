// `npm run bench:limits`: the benchmark's short form, for CI. It fails only on size and memory, never on time: databases
// small enough to be quick, and far enough apart to show what grows with them.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endOnSignals } from "./children.js";
import { measure, runStep } from "./measure.js";
import { figure, MEMORY_ROWS, memoryProblem, ROWS } from "./rows.js";
import { STEPS } from "./steps.js";
import { peaksOf, report, type Size } from "./table.js";

const COUNTS = [150_000, 450_000];
/** Without the larger database: a restore's memory is LMDB's, up to a bound that takes millions to reach. */
const SMALLEST = ["restore-empty", "upload"];
const FLAT = ["backup-written", "backup", "verify", "dry-run-empty", "download"];
const STEP_NAMES = [...FLAT, "zstd1", ...SMALLEST];
/** Keeping all blocks of the larger database would take more; garbage collectors need less until they settle. */
const MOST_GROWTH = 1.5;
/** A run of a tenth of a second may end before its memory has come to its peak. */
const RUNS = 3;
const SIZE_ROWS = ROWS.filter(({ name, of }) => name === "size" && of.startsWith("backup"));

const home = mkdtempSync(join(tmpdir(), "flowg-bench-"));
const cleanUp = () => rmSync(home, { recursive: true, force: true });
endOnSignals(cleanUp);
try {
  const sizes: Size[] = [];
  for (const [index, count] of COUNTS.entries()) {
    const where = { home: join(home, String(count)), count };
    await runStep({ name: "make" }, where);
    const steps = STEPS.filter(
      ({ name }) => STEP_NAMES.includes(name) && (index === 0 || !SMALLEST.includes(name)),
    );
    sizes.push({ count, rounds: await measure({ steps, runs: RUNS, onStep: () => {}, ...where }) });
    rmSync(where.home, { recursive: true, force: true });
  }
  process.stdout.write(`${report({ sizes, rows: SIZE_ROWS, mostGrowth: MOST_GROWTH })}\n`);
  const found = problems(sizes);
  for (const problem of found) process.stdout.write(`FAILED: ${problem}\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
} finally {
  cleanUp();
}

function problems(sizes: readonly Size[]): string[] {
  const found: string[] = [];
  const rounds = sizes.flatMap((size) => size.rounds);
  for (const row of SIZE_ROWS) {
    for (const round of rounds) {
      const measured = figure(row, round);
      if (!measured || !row.target?.isMet(measured))
        found.push(`${row.what}: ${measured?.ratio.toFixed(3)}, not ${row.target?.text}`);
    }
  }
  for (const row of MEMORY_ROWS.filter(({ step }) => STEP_NAMES.includes(step))) {
    const peaks = peaksOf(sizes, row.step).filter(Number.isFinite);
    const isSeen = peaks.length > 0 && peaks.every((peak) => peak > 0);
    const problem = isSeen ? memoryProblem(row, peaks, MOST_GROWTH) : "not measured";
    if (problem) found.push(`memory, ${row.what}: ${problem}`);
  }
  return found;
}
