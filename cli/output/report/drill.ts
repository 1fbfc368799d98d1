// The report of drills, for people.

import type { DrillOutcome, DrillReport } from "../../../server/records/drill-report.js";
import { formatBytes, formatCount, formatCounted, formatDuration } from "../format.js";
import { safe } from "../safe.js";
import { right, table } from "../table.js";
import { wrap } from "../wrap.js";

/** A line for each problem, with its snapshot and database. */
export const drillProblems = ({ place, drills }: DrillReport): string[] =>
  drills.flatMap(({ snapshot, problems }) =>
    problems.map(({ database, message }) =>
      safe([nameOf(snapshot) ?? place, database, message].filter(Boolean).join(": ")),
    ),
  );

export const drillText = ({ place, drills }: DrillReport, width = Number.POSITIVE_INFINITY) =>
  drills.map((drill) => oneText(place, drill, width)).join("\n\n");

function oneText(place: string, drill: DrillOutcome, width: number): string {
  const { snapshot, age, ok, databases, restore, bytesRead, seconds, problems } = drill;
  const name = nameOf(snapshot);
  const which = name === undefined ? safe(place) : `${name} in ${safe(place)}`;
  const since = snapshot.instant ? `, with all changes up to ${snapshot.instant}` : "";
  const made = snapshot.createdAt ? `, made ${snapshot.createdAt}${since}` : "";
  const rows = databases.map((one) => [
    one.database,
    formatCount(one.entries),
    formatBytes(one.rawBytes),
    formatDuration(one.restoreSeconds),
    formatDuration(one.checkSeconds),
    formatCount(one.queries),
  ]);
  const columns = [
    "Database",
    ...["Records", "Size", "Restored in", "Checked in", "Queries"].map(right),
  ];
  return [
    wrap(`${which}${made}${age === undefined ? "" : ` (${age})`}`, width, 0),
    ...(rows.length > 0 ? [table(columns, rows, width)] : []),
    ...(restore ? restoreLines(restore, width) : []),
    wrap(
      `${ok ? "the drill passed" : `the drill FAILED, with ${formatCounted(problems.length, "problem")}`} in ${formatDuration(seconds)}; ${formatBytes(bytesRead)} were read; all that was made for it is gone`,
      width,
      0,
    ),
  ].join("\n");
}

function restoreLines(restore: NonNullable<DrillOutcome["restore"]>, width: number): string[] {
  const { phases, seconds, bytesPerSecond, estimatedSeconds, disks } = restore;
  const parts = Object.entries(phases)
    .filter(([, one]) => one >= 0.0005)
    .map(([phase, one]) => `${phase} ${formatDuration(one)}`);
  const scaled = disks
    ? `, as the disk of --real-dir takes ${formatBytes(disks.real)}/s, and that of the drill ${formatBytes(disks.scratch)}/s`
    : "";
  return [
    `restored in ${formatDuration(seconds)} (${parts.join(", ")}): ${formatBytes(bytesPerSecond)}/s of records`,
    `a real restore takes about ${formatDuration(estimatedSeconds)}${scaled}`,
  ].map((line) => wrap(line, width, 0));
}

const nameOf = ({ setId }: DrillOutcome["snapshot"]): string | undefined =>
  setId === undefined ? undefined : `snapshot ${setId}`;
