// Tells people what a check of a repository found.

import type { LocksReport } from "../../../server/repository/check/locks.js";
import type { RepairedSnapshot } from "../../../server/repository/check/repair.js";
import type { CheckedRepository } from "../../commands/repository/check.js";
import { formatBytes, formatCount, formatCounted } from "../format.js";
import { safe } from "../safe.js";
import { wrap } from "../wrap.js";

const LABEL = 13;

export function checkText(report: CheckedRepository, width = Number.POSITIVE_INFINITY): string {
  const { snapshots, unreadable, segments, storedBytes, segmentsRead, unnamed, lost, deltas } =
    report;
  const whole = segmentsRead === 0 ? "none was read" : `${formatCount(segmentsRead)} read whole`;
  const rows: [string, string | undefined][] = [
    ["Repository", `${report.place} (${report.id})`],
    ["Identities", report.encrypted ? report.identities.map(opens).join(", ") : undefined],
    ["Key file", report.keyFile ?? undefined],
    [
      "Snapshots",
      `${formatCount(snapshots)}${unreadable.length > 0 ? `, and ${formatCount(unreadable.length)} that can't be read` : ""}`,
    ],
    ["Segments", `${formatCount(segments)}, ${formatBytes(storedBytes)}; ${whole}`],
    ["Locked", report.locks && lockedText(report.locks)],
    [
      "Deltas",
      deltas.objects > 0
        ? `${formatCount(deltas.objects)}, ${formatBytes(deltas.bytes)}; ${deltas.read === 0 ? "none was read" : `${formatCount(deltas.read)} read whole`}`
        : undefined,
    ],
    ["Lost", lostText(report)],
    [
      "Unnamed",
      unnamed.segments > 0
        ? `${formatCounted(unnamed.segments, "segment")}, ${formatBytes(unnamed.bytes)}: see flowg repository prune`
        : undefined,
    ],
  ];
  const facts = rows
    .filter((row): row is [string, string] => row[1] !== undefined)
    .map(([name, value]) => `${`${name}:`.padEnd(LABEL)}${wrap(safe(value), width, LABEL)}`);
  const repaired = report.repaired.map((one) => wrap(repairText(one), width, 0));
  const putBack = report.putBack ? [wrap(putBackText(report), width, 0)] : [];
  const idle =
    report.dryRun && !report.putBack && repaired.length === 0 ? [idleText(lost.length > 0)] : [];
  return [...facts, ...putBack, ...repaired, ...idle].join("\n");
}

/** What is missing is found without reading, what has changed only by reading. */
function lostText({ lost, unreadable, segmentsRead }: CheckedRepository): string | undefined {
  if (lost.length > 0) return formatCounted(lost.length, "segment");
  if (unreadable.length > 0) return undefined;
  const read = segmentsRead === 0 ? "" : ", and what was read is whole";
  return `nothing: each segment is there${read}`;
}

function putBackText({ putBack, dryRun, lost }: CheckedRepository): string {
  if (putBack?.lacks) return `repository.json can't be put back: ${safe(putBack.lacks)}`;
  const again = lost.length > 0 ? "; run --repair once more for the damaged snapshots" : "";
  return dryRun
    ? "a repair would put repository.json back"
    : `repository.json was put back${again}`;
}

function repairText({ setId, repairedId, entries, leftOut }: RepairedSnapshot): string {
  const lacks = `without ${formatCounted(entries, "record")} that ${entries === 1 ? "is" : "are"} lost`;
  if (repairedId !== null) return `${repairedId} is ${setId} ${lacks}`;
  const each = leftOut.map(({ database, entries }) => `${database}: ${formatCount(entries)}`);
  return `a repair would write snapshot ${setId} once more ${lacks} (${each.join(", ")})`;
}

const idleText = (isLost: boolean): string =>
  `a repair would write nothing: ${isLost ? "an earlier one has written all that is whole" : "no segment is lost"}`;

function lockedText({ objects, locked, firstEnd, lastEnd }: LocksReport): string {
  if (locked === 0) return "nothing";
  return `${formatCount(locked)} of ${formatCounted(objects, "object")}, from ${firstEnd} to ${lastEnd}`;
}

const opens = ({ recipient, opens }: { recipient: string; opens: boolean }): string =>
  `${recipient.slice(0, 62)} ${opens ? "opens it" : "does not open it"}`;

/** A line for each problem. */
export function checkProblems(report: CheckedRepository): string[] {
  return [
    ...(report.lostFile === null ? [] : [report.lostFile]),
    ...report.unreadable.map(({ setId, problem }) => `snapshot ${setId}: ${problem}`),
    ...report.lost.map(({ problem, snapshots }) => `${problem}; lost to ${named(snapshots)}`),
    ...report.hidden.map(
      ({ path, since, lockedUntil }) =>
        `${path} was hidden at ${since}, although it is locked until ${lockedUntil}: see flowg repository revive`,
    ),
    ...(report.locks?.tooShort ?? []).map(
      ({ path, until, snapshot, snapshotUntil }) =>
        `${path} is ${until ? `locked until ${until} only` : "not locked"}, and snapshot ${snapshot}, which needs it, until ${snapshotUntil}: a backup with --full locks it`,
    ),
    ...report.deltas.problems,
    ...report.unknown.map(unknownText),
  ];
}

const FEW = 3;

function named(snapshots: readonly string[]): string {
  const first = snapshots.slice(0, FEW).join(", ");
  const more = snapshots.length - FEW;
  return `${snapshots.length === 1 ? "snapshot" : "snapshots"} ${first}${more > 0 ? ` and ${more} more` : ""}`;
}

/**
 * Describes an unknown object. A backup stores the signature before the snapshot, so a cut backup can leave a signature alone.
 */
const unknownText = (path: string): string =>
  path.endsWith(".minisig")
    ? `${path} signs a snapshot that isn't there: a backup was cut just before it stored it, or somebody has removed it; a prune removes the signature after a day`
    : `nobody knows what ${path} is`;
