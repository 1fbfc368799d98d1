// The backup jobs of a server, for people.

import type { Job } from "../../../sdk/index.js";
import { formatDuration } from "../format.js";
import { table } from "../table.js";
import { wrap } from "../wrap.js";

/** A table of jobs, and below it the reasons of failures. */
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
  const drills = jobs.flatMap(drillRow);
  const drillHeads = ["Drill of", "State", "Last run", "Outcome", "Restore takes", "Next (UTC)"];
  const faults = jobs.flatMap((job) => [
    ...faultsOf(job.name, job.lastRun),
    ...waitingIn(job),
    ...faultsOf(`drill of ${job.name}`, job.drill?.lastRun),
  ]);
  return [
    table(heads, rows, width),
    ...(drills.length > 0 ? ["", table(drillHeads, drills, width)] : []),
    ...(faults.length > 0 ? [""] : []),
    ...faults.map((line) => wrap(line, width ?? Number.POSITIVE_INFINITY, 2)),
  ].join("\n");
}

function stateOf({
  running,
  paused,
  overdue,
  destinations,
}: Pick<Job, "paused" | "overdue"> & {
  running?: object | undefined;
  destinations: Job["destinations"];
}): string {
  if (running) return "running";
  if (paused) return "paused";
  if (overdue) return "OVERDUE";
  return destinations.some(isBehind) ? "BEHIND" : "waits";
}

/** Whether a destination of a continuous job lacks more changes than it normally does. */
const isBehind = ({ continuous }: Job["destinations"][number]): boolean =>
  continuous !== undefined &&
  (continuous.error !== undefined || continuous.possibleLossSeconds > BEHIND_SECONDS);

const BEHIND_SECONDS = 60;

function waitingIn({ name, destinations }: Job): string[] {
  return destinations.filter(isBehind).map(({ name: destination, continuous }) => {
    const { possibleLossSeconds = 0, failingSince, needsSnapshot, error } = continuous ?? {};
    const seconds = Math.floor(possibleLossSeconds).toLocaleString("en");
    const since = failingSince === undefined ? "" : `, failing since ${failingSince}`;
    const hint = error?.hint === undefined ? "" : ` (${error.hint})`;
    const why = error ? `: ${error.message}${hint}` : needsSnapshot ? `: ${needsSnapshot}` : "";
    return `${name}, ${destination}: it lacks the changes of ${seconds} s${since}${why}`;
  });
}

function drillRow({ name, paused, drill, destinations }: Job): string[][] {
  if (!drill) return [];
  const { running, overdue, lastRun, nextRun } = drill;
  const seconds = destinations.flatMap(({ restoreSeconds: one }) =>
    one === undefined ? [] : [one],
  );
  const longest = seconds.length === 0 ? "-" : `about ${formatDuration(Math.max(...seconds))}`;
  return [
    [
      name,
      stateOf({ running, paused, overdue, destinations: [] }),
      shortTime(lastRun?.startedAt),
      lastRun?.outcome ?? "-",
      longest,
      shortTime(nextRun),
    ],
  ];
}

/** `11-29 03:15`, with the year if that isn't the current one. */
function shortTime(time: string | undefined): string {
  if (time === undefined) return "-";
  const isThisYear = time.slice(0, 4) === new Date().toISOString().slice(0, 4);
  return time.slice(isThisYear ? 5 : 0, 16).replace("T", " ");
}

function faultsOf(name: string, lastRun: Job["lastRun"]): string[] {
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
