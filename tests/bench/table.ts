// The measured figures as Markdown.

import { cpus, release, totalmem } from "node:os";
import type { Round } from "./measure.js";
import { figure, MEMORY_ROWS, ROWS, type Unit } from "./rows.js";

/** All rounds with one number of entries. */
export interface Size {
  count: number;
  rounds: readonly Round[];
}

export function report(sizes: readonly Size[], runs: number): string {
  return [describeMachine(runs), comparisons(sizes), growth(sizes)].join("\n\n");
}

function describeMachine(runs: number): string {
  const [cpu] = cpus();
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  const date = new Date().toISOString().slice(0, 10);
  const how = runs === 1 ? "one run" : `median of ${runs} runs (least to most)`;
  return (
    `Measured ${date} with Node ${process.version} on ${cpu?.model.trim()}, ${cpus().length} cores, ${gib} GiB,\n` +
    `Linux ${release()}: ${how}.`
  );
}

function comparisons(sizes: readonly Size[]): string {
  const lines = ROWS.flatMap((row) => {
    const cells: string[] = [];
    const met: boolean[] = [];
    for (const { rounds } of sizes) {
      const figures = rounds.flatMap((round) => figure(row, round) ?? []);
      const ratio = spread(figures.map(({ ratio }) => ratio));
      const of = middle(figures.map(({ of }) => of));
      const than = middle(figures.map(({ than }) => than));
      if (figures.length === 0) cells.push("");
      else cells.push(`${ratio}: ${number(of, row.unit)} to ${number(than, row.unit)} ${row.unit}`);
      if (figures.length > 0 && row.target)
        met.push(row.target.isMet({ of, than, ratio: middle(figures.map(({ ratio }) => ratio)) }));
    }
    if (cells.every((cell) => cell === "")) return [];
    return [[row.what, row.against, ...cells, row.target?.text ?? "", verdict(met)]];
  });
  return markdown(["measure", "against", ...sizes.map(heading), "target", "met"], lines);
}

/** Time and memory of each step at each size, and how they grow. */
function growth(sizes: readonly Size[]): string {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (!first || !last) return "";
  const several = sizes.length > 1;
  const lines = MEMORY_ROWS.flatMap(({ step, what, under, flat }) => {
    const values = (size: Size, fact: string) =>
      size.rounds.flatMap((round) => round[`${step}.${fact}`] ?? []);
    const seconds = sizes.map((size) => middle(values(size, "seconds")));
    const peaks = sizes.map((size) => Math.max(...values(size, "memory")));
    const [peak = 0] = peaks;
    if (!Number.isFinite(peak)) return [];
    const most = Math.max(...peaks);
    const targets: string[] = [];
    const met: boolean[] = [];
    if (under !== undefined) {
      targets.push(`under ${under} MB`);
      met.push(most < under);
    }
    if (flat && several) {
      targets.push(`flat (at most ${FLAT} times)`);
      met.push(most <= FLAT * peak);
    }
    const timeGrowth = (seconds.at(-1) ?? 0) / (seconds[0] ?? 1) / (last.count / first.count);
    const cells = [
      ...seconds.map((value) => `${number(value, "s")} s`),
      ...(several ? [timeGrowth.toFixed(2)] : []),
      ...peaks.map((value) => `${value.toFixed(0)} MB`),
    ];
    return [[what, ...cells, targets.join(", "), verdict(met)]];
  });
  const titles = [
    "time and peak RssAnon",
    ...sizes.map((size) => `time, ${short(size)}`),
    ...(several ? ["an entry, against the smaller"] : []),
    ...sizes.map((size) => `memory, ${short(size)}`),
  ];
  return markdown([...titles, "target", "met"], lines);
}

/** Of peaks: garbage collectors don't work by the clock. */
const FLAT = 1.25;

const heading = ({ count }: Size) => `${count.toLocaleString("en-US")} entries`;
const short = ({ count }: Size) => count.toLocaleString("en-US");

const verdict = (met: readonly boolean[]): string =>
  met.length === 0 ? "" : met.every(Boolean) ? "yes" : "**no**";

function markdown(titles: readonly string[], lines: readonly string[][]): string {
  return [titles, titles.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`.replaceAll("|  |", "| |"))
    .join("\n");
}

function spread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const digits = middle(values) < 1.2 && middle(values) > 0.95 ? 3 : 2;
  const around = values.length > 1 ? ` (${least.toFixed(digits)} to ${most.toFixed(digits)})` : "";
  return `**${middle(values).toFixed(digits)}**${around}`;
}

/** The median. */
export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  return ((sorted[low] ?? Number.NaN) + (sorted[high] ?? Number.NaN)) / 2;
}

function number(value: number, unit: Unit): string {
  if (unit === "a second") return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
  if (unit === "s") return value < 0.095 ? value.toFixed(3) : value.toFixed(2);
  return value.toFixed(value < 100 ? 1 : 0);
}
