// Measures the processor time of another process and of its children, as Linux tells it.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

let ticksPerSecond: number | undefined;

/** Milliseconds of all threads; not a number where the system doesn't tell. */
export function processorMs(pid: number | undefined): number {
  if (pid === undefined || process.platform !== "linux") return Number.NaN;
  ticksPerSecond ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  const pids: (number | string)[] = [pid, ...children.split(" ").filter(Boolean)];
  return pids.reduce<number>(
    (sum, one) => sum + (ticksOf(one) * 1000) / (ticksPerSecond ?? 100),
    0,
  );
}

function ticksOf(pid: number | string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // the name, which may hold blanks, ends with the last bracket; proc(5): utime and stime are fields 14 and 15
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
