// The backup jobs of a server, for people.

import type { Job } from "../../../sdk/index.js";
import { table } from "../table.js";
import { wrap } from "../wrap.js";

/** A table, and below it why what failed has failed. */
export function jobsText(jobs: readonly Job[], width?: number): string {
  if (jobs.length === 0) return "This server has no backup jobs";
  const rows = jobs.map((job) => [
    job.name,
    stateOf(job),
    shortTime(job.lastRun?.startedAt),
    job.lastRun?.outcome ?? "-",
    shortTime(job.lastSuccess),
    shortTime(job.nextRun),
  ]);
  const heads = ["Job", "State", "Last run", "Outcome", "Success", "Next (UTC)"];
  const faults = jobs.flatMap(faultsOf);
  return [
    table(heads, rows, width),
    ...(faults.length > 0 ? [""] : []),
    ...faults.map((line) => wrap(line, width ?? Number.POSITIVE_INFINITY, 2)),
  ].join("\n");
}

function stateOf({ running, paused, overdue }: Job): string {
  if (running) return "running";
  if (paused) return "paused";
  return overdue ? "OVERDUE" : "waits";
}

/** `11-29 03:15`, and the year where it is another than now. */
function shortTime(time: string | undefined): string {
  if (time === undefined) return "-";
  const isThisYear = time.slice(0, 4) === new Date().toISOString().slice(0, 4);
  return time.slice(isThisYear ? 5 : 0, 16).replace("T", " ");
}

function faultsOf({ name, lastRun }: Job): string[] {
  if (!lastRun) return [];
  const { error, destinations, notes } = lastRun;
  const all = [
    ...(error ? [{ where: name, error }] : []),
    ...destinations.flatMap((one) =>
      one.error ? [{ where: `${name}, ${one.destination}`, error: one.error }] : [],
    ),
  ];
  return [
    ...all.map(({ where, error }) => {
      const hint = error.hint === undefined ? "" : ` (${error.hint})`;
      return `${where}: ${error.message}${hint}`;
    }),
    ...notes.map((note) => `${name}: ${note}`),
  ];
}
