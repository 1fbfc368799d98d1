// Shows the progress of a backup, restore or verification: as a bar on a terminal, as lines elsewhere.

import type { Progress } from "../../server/records/reports.js";
import { formatBytes, formatClock, formatCount } from "./format.js";
import { safe } from "./safe.js";

export interface ProgressReporter {
  /** Can be used as an `OnProgress`. */
  readonly update: (progress: Progress) => void;
  /** Removes the bar. Everything else that prints must call it first. */
  clear(): void;
}

/** The part of a writable stream that is needed here. */
export interface TextSink {
  write(text: string): unknown;
  columns?: number | undefined;
}

export const NO_PROGRESS: ProgressReporter = { update: () => undefined, clear: () => undefined };

type Clock = () => number;
const REDRAW_MS = 100;
const LINE_MS = 30_000;
const WAITING = "waiting for the server";
const FINISHING = "finishing, writing all of it to the disk";

/** @param clock a steady clock, milliseconds */
export function progressBar(
  sink: TextSink,
  clock: Clock = () => performance.now(),
): ProgressReporter {
  const pace = new Pace(clock);
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    update(progress) {
      const began = pace.follow(progress);
      const now = clock();
      if (!began && now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      drawn = true;
      // one column stays free: some terminals wrap after the last one
      sink.write(`\r\x1b[2K${barLine(progress, pace, Math.max(1, (sink.columns || 80) - 1))}`);
    },
    clear() {
      if (drawn) sink.write("\r\x1b[2K");
      drawn = false;
      drawnAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** One line when a database or phase begins, then one every half minute. */
export function progressLines(
  sink: TextSink,
  clock: Clock = () => performance.now(),
): ProgressReporter {
  const pace = new Pace(clock);
  let wroteAt = 0;
  return {
    update(progress) {
      const began = pace.follow(progress);
      const now = clock();
      if (!began && now - wroteAt < LINE_MS) return;
      wroteAt = now;
      const { database, phase } = progress;
      if (phase === "waiting") {
        // a short wait is not worth a line
        if (!began) sink.write(`${WAITING}, ${pace.elapsed()}\n`);
        return;
      }
      if (phase === "finishing") {
        const elapsed = began ? "" : `, ${pace.elapsed()}`;
        sink.write(`${safe(database)}: ${FINISHING}${elapsed}\n`);
        return;
      }
      const facts = began ? [] : [percent(progress), records(progress), pace.left(progress)];
      sink.write(`${[safe(`${database}: ${phase}`), ...facts].filter(Boolean).join(", ")}\n`);
    },
    clear: () => undefined,
  };
}

/** Measures the speed since the current database and phase began. */
class Pace {
  private stage = "";
  private startedAt = 0;
  private first = 0;

  constructor(private readonly clock: Clock) {}

  /** Takes in progress. @returns whether a new stage begins with it */
  follow(progress: Progress): boolean {
    const stage = `${progress.database} ${progress.phase}`;
    if (stage === this.stage) return false;
    this.stage = stage;
    this.startedAt = this.clock();
    this.first = progress.bytes;
    return true;
  }

  private get seconds(): number {
    return (this.clock() - this.startedAt) / 1000;
  }

  elapsed(): string {
    return formatClock(this.seconds);
  }

  rate(progress: Progress): string {
    const bytes = progress.bytes - this.first;
    // in the first half second the speed means nothing
    if (this.seconds < 0.5 || bytes <= 0) return "";
    return `${formatBytes(bytes / this.seconds)}/s`;
  }

  left(progress: Progress): string {
    const done = fraction(progress);
    if (done === undefined || done < 0.01 || this.seconds < 1) return "";
    return `${formatClock((this.seconds * (1 - done)) / done)} left`;
  }
}

function fraction({ records, totalRecords, bytes, totalBytes }: Progress): number | undefined {
  if (totalBytes !== undefined && totalBytes > 0) return Math.min(1, bytes / totalBytes);
  if (totalRecords !== undefined && totalRecords > 0) return Math.min(1, records / totalRecords);
  return undefined;
}

function percent(progress: Progress): string {
  const done = fraction(progress);
  return done === undefined ? "" : `${Math.floor(done * 100)}%`;
}

function records({ records, totalRecords, bytes }: Progress): string {
  // an upload counts no records, only bytes
  if (records === 0 && totalRecords === undefined && bytes > 0) return "";
  return `${formatCount(records)} record${records === 1 ? "" : "s"}`;
}

/** Fills `width` columns: the label and the percentage first, then the bar in the remaining space. */
function barLine(progress: Progress, pace: Pace, width: number): string {
  if (progress.phase === "waiting") return `${WAITING}  ${pace.elapsed()}`.slice(0, width);
  if (progress.phase === "finishing")
    return `${safe(progress.database)}: ${FINISHING}  ${pace.elapsed()}`.slice(0, width);
  const label = `${progress.database.padEnd(6)}  ${progress.phase.padEnd(9)}`;
  const parts = [
    percent(progress).padStart(4),
    pace.left(progress),
    pace.rate(progress),
    records(progress),
  ];
  let line = safe(label);
  for (const part of parts.filter((text) => text.trim() !== "")) {
    if (line.length + 2 + part.length <= width) line += `  ${part}`;
  }
  const done = fraction(progress);
  const room = Math.min(30, width - line.length - 4);
  if (done !== undefined && room >= 8) {
    const filled = Math.round(done * room);
    const bar = `[${"#".repeat(filled)}${"-".repeat(room - filled)}]`;
    line = `${safe(label)}  ${bar}${line.slice(label.length)}`;
  }
  return line.slice(0, width);
}
