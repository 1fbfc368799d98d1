// `npm run bench`: measures, and prints a table that anyone can check. Figures are ratios within one run; each is
// the median of several, with its spread. Nothing here is a test.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";

export interface Measured {
  /** Median, seconds. */
  seconds: number;
  least: number;
  most: number;
  /** Peak RssAnon of the process, MiB. */
  memory: number;
  facts: Record<string, number>;
}

const SAMPLE_MS = 10;

/** Runs a task in a process of its own. */
async function runTask(
  name: string,
  input: object,
): Promise<{ facts: Record<string, number>; memory: number }> {
  const task = new URL("./tasks.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", task, name, JSON.stringify(input)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let memory = 0;
  const sampling = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      memory = Math.max(memory, Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // it has just ended
    }
  }, SAMPLE_MS);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(sampling);
  if (code !== 0) throw new Error(`the task ${name} ended with ${code}`);
  return { facts: JSON.parse(output), memory };
}

async function measure(name: string, input: object, runs: number): Promise<Measured> {
  const all: { facts: Record<string, number>; memory: number }[] = [];
  for (let run = 0; run < runs; run++) all.push(await runTask(name, input));
  const seconds = all.map(({ facts }) => facts.seconds ?? 0).sort((a, b) => a - b);
  return {
    seconds: seconds[Math.floor(seconds.length / 2)] ?? 0,
    least: seconds[0] ?? 0,
    most: seconds.at(-1) ?? 0,
    memory: Math.max(...all.map(({ memory }) => memory)),
    facts: all[0]?.facts ?? {},
  };
}

/** What is compared with what, in the same run. */
const COMPARISONS: { what: string; of: string; against: string; target?: string }[] = [
  { what: "backup, written and flushed", of: "write", against: "walk", target: "1.4" },
  { what: "backup, written and verified", of: "backup", against: "walk", target: "2" },
  { what: "backup, written and flushed", of: "write", against: "cp" },
  { what: "backup, written and flushed", of: "write", against: "zstd1" },
  { what: "verify", of: "verify", against: "zstdTest", target: "1.5" },
  { what: "verify", of: "verify", against: "sha256sum" },
  { what: "restore into an empty place", of: "restoreEmpty", against: "put", target: "1.5" },
  { what: "restore over a full one, 1 % different", of: "restoreOver", against: "put" },
  { what: "dry run", of: "dryRun", against: "put" },
];

/** What the other side of a comparison is. */
const AGAINST: Record<string, string> = {
  walk: "a bare cursor walk of the same data",
  cp: "`cp` of the data file",
  zstd1: "`zstd -1 --single-thread` of the raw records, in memory",
  zstdTest: "`zstd -t` of the same file",
  sha256sum: "`sha256sum` of the same file",
  put: "a bare loop of `putSync` of the same records, without an index",
};

function table(all: Record<string, Measured>): string {
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const lines = [
    `${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.version}, ${count.toLocaleString("en-US")} log entries, median of ${runs} (least to most)`,
    "",
    "| measure | seconds | against | ratio | target | peak RssAnon |",
    "| --- | --- | --- | --- | --- | --- |",
  ];
  for (const { what, of, against, target } of COMPARISONS) {
    const [measured, base] = [all[of], all[against]];
    if (!measured || !base) continue;
    const { seconds, least, most, memory } = measured;
    const spread = `${seconds.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
    const ratio = (seconds / base.seconds).toFixed(2);
    lines.push(
      `| ${what} | ${spread} | ${AGAINST[against]}: ${base.seconds.toFixed(2)} | ${ratio} | ${target ?? "-"} | ${memory.toFixed(0)} MiB |`,
    );
  }
  const [size, packed] = [all.write?.facts.bytes ?? 0, all.zstd1?.facts.bytes ?? 1];
  lines.push(
    `| snapshot size, bytes | ${size} | \`zstd -1\` of the raw records: ${packed} | ${(size / packed).toFixed(3)} | 1.02 | - |`,
  );
  return lines.join("\n");
}

const argument = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const count = argument("entries", 500_000);
const runs = argument("runs", 5);
const home = await mkdtemp(join(process.env.FLOWG_BENCH_DIR ?? tmpdir(), "flowg-bench-"));
const dirs = { auth: join(home, "auth"), config: join(home, "config"), logs: join(home, "logs") };
const backup = join(home, "backup");
const input = (out: string) => ({ dirs, backup, out: join(home, out), count });
const results: Record<string, Measured> = {};
try {
  await runTask("make", input("make"));
  const step = async (name: string, out = name) => {
    results[name] = await measure(name, input(out), runs);
    const { seconds, least, most, memory } = results[name];
    process.stderr.write(
      `${name.padEnd(14)} ${seconds.toFixed(3)} s (${least.toFixed(3)} to ${most.toFixed(3)}), ${memory.toFixed(0)} MiB\n`,
    );
  };
  for (const name of ["walk", "cp", "write"]) await step(name);
  await step("backup", "backup");
  for (const name of ["verify", "zstdTest", "sha256sum", "zstd1", "put"]) await step(name);
  await step("restoreEmpty", "restored");
  await step("restoreOver", "restored");
  await step("dryRun", "restored");
} finally {
  await rm(home, { recursive: true, force: true });
}
process.stdout.write(`${table(results)}\n`);
