// The measured figures as Markdown.

import { cpus, release, totalmem } from "node:os";
import type { Round } from "./measure.js";
import { type Figure, figure, MEMORY_ROWS, memoryProblem, type Row, type Unit } from "./rows.js";

/** All rounds with one number of entries. */
export interface Size {
  count: number;
  rounds: readonly Round[];
}

export interface Report {
  /** Smallest first. */
  sizes: readonly Size[];
  rows: readonly Row[];
  /** How much peaks may grow with the database: garbage collectors don't work by the clock. */
  mostGrowth: number;
}

export function report({ sizes, rows, mostGrowth }: Report): string {
  const tables = [comparisons(rows, sizes), growth(sizes, mostGrowth)];
  return [describeMachine(sizes), ...tables].join("\n\n");
}

function describeMachine(sizes: readonly Size[]): string {
  const [cpu] = cpus();
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  const date = new Date().toISOString().slice(0, 10);
  const runs = [...new Set(sizes.map(({ rounds }) => rounds.length))];
  const how =
    runs.join() === "1" ? "one run" : `median of ${runs.join(" and ")} runs (least to most)`;
  return (
    `Measured ${date} with Node ${process.version} on ${cpu?.model.trim()}, ${cpus().length} cores, ${gib} GiB,\n` +
    `Linux ${release()}: ${how}.`
  );
}

function comparisons(rows: readonly Row[], sizes: readonly Size[]): string {
  const lines = rows.flatMap((row) => {
    const all = sizes.map(({ rounds }) => rounds.flatMap((round) => figure(row, round) ?? []));
    if (all.every((figures) => figures.length === 0)) return [];
    const met = all
      .filter((figures) => row.target && figures.length > 0)
      .map((figures) => row.target?.isMet(medians(figures)) ?? true);
    const cells = all.map((figures) => cell(row, figures));
    return [[row.what, row.against, ...cells, row.target?.text ?? "", verdict(met)]];
  });
  return markdown(["measure", "against", ...sizes.map(heading), "target", "met"], lines);
}

/** `**1.12** (1.08 to 1.20): 0.61 to 0.55 s` */
function cell({ unit, difference }: Row, figures: readonly Figure[]): string {
  if (figures.length === 0) return "";
  const { of, than } = medians(figures);
  const what = difference
    ? spread(
        figures.map(({ of, than }) => of - than),
        (value) => `${value < 0 ? "" : "+"}${number(value, unit)}`,
      )
    : spread(figures.map(({ ratio }) => ratio));
  return `${what}: ${number(of, unit)} to ${number(than, unit)} ${unit}`;
}

const medians = (figures: readonly Figure[]): Figure => ({
  of: middle(figures.map(({ of }) => of)),
  than: middle(figures.map(({ than }) => than)),
  ratio: middle(figures.map(({ ratio }) => ratio)),
});

/** Time and memory of each step at each size, and how they grow. */
/** For each size, the highest peak of all its rounds in MB; -Infinity where it wasn't measured. */
export const peaksOf = (sizes: readonly Size[], step: string): number[] =>
  sizes.map(({ rounds }) => Math.max(...rounds.flatMap((round) => round[`${step}.memory`] ?? [])));

function growth(sizes: readonly Size[], mostGrowth: number): string {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (!first || !last) return "";
  const several = sizes.length > 1;
  const lines = MEMORY_ROWS.flatMap((row) => {
    const { step, what, under, flat } = row;
    const values = (size: Size, fact: string) =>
      size.rounds.flatMap((round) => round[`${step}.${fact}`] ?? []);
    const seconds = sizes.map((size) => middle(values(size, "seconds")));
    const peaks = peaksOf(sizes, step);
    const seen = peaks.filter(Number.isFinite);
    if (seen.length === 0) return [];
    const targets: string[] = [];
    if (under !== undefined) targets.push(`under ${under} MB`);
    if (flat && several) targets.push(`flat (at most ${mostGrowth} times)`);
    const met = targets.length > 0 ? [memoryProblem(row, seen, mostGrowth) === undefined] : [];
    const timeGrowth = (seconds.at(-1) ?? 0) / (seconds[0] ?? 1) / (last.count / first.count);
    const cells = [
      ...seconds.map((value) => (value > 0 ? `${number(value, "s")} s` : "")),
      ...(several ? [timeGrowth > 0 ? timeGrowth.toFixed(2) : ""] : []),
      ...peaks.map((value) => (value > 0 ? `${value.toFixed(0)} MB` : "")),
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

const heading = ({ count }: Size) => `${count.toLocaleString("en-US")} entries`;
const short = ({ count }: Size) => count.toLocaleString("en-US");

const verdict = (met: readonly boolean[]): string =>
  met.length === 0 ? "" : met.every(Boolean) ? "yes" : "**no**";

function markdown(titles: readonly string[], lines: readonly string[][]): string {
  return [titles, titles.map(() => "---"), ...lines]
    .map((cells) => `|${cells.map((cell) => (cell === "" ? " " : ` ${cell} `)).join("|")}|`)
    .join("\n");
}

/** The median, and the least and the most. */
function spread(values: readonly number[], text = ratioText): string {
  const around = ` (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
  return `**${text(middle(values))}**${values.length > 1 ? around : ""}`;
}

const ratioText = (ratio: number) => ratio.toFixed(ratio > 0.95 && ratio < 1.2 ? 3 : 2);

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
