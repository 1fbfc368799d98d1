// Whether a job is to run, and whether it is overdue: from what is kept of it, and the time. What decides is up to when all that
// was due has been run: so nothing is run twice after a restart or when the clock is set back, and all that was missed is one run.

import type { JobState } from "../records/jobs.js";
import type { Times } from "./job.js";
import type { Occurrence } from "./schedule.js";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

export interface Looked {
  /** When it runs next; now, where that has passed. */
  next: Occurrence | undefined;
  isDue: boolean;
  /** From when on it is overdue, unless it succeeds before. */
  overdueAt: Date | undefined;
}

export interface Watched {
  schedule: Times;
  /** So long a success may be late. */
  overdueAfterMs: number;
}

export function lookAt({ schedule, overdueAfterMs }: Watched, state: JobState, now: Date): Looked {
  const next = schedule.next(new Date(state.covered));
  const waited = schedule.next(new Date(state.waitsSince));
  const overdueAt = waited && new Date(waited.at.getTime() + overdueAfterMs);
  return { next, isDue: next !== undefined && next.at <= now, overdueAt };
}

/**
 * A clock that is set back has shown times twice: what was run is not run again. But one that was years ahead must not keep all
 * backups from running until then: a time too far ahead of the clock isn't believed, and becomes the present.
 * @returns the same state where all of it is believed
 */
export function believed(state: JobState, schedule: Times, now: Date): JobState {
  const { covered, waitsSince } = state;
  const most = mostAhead(schedule, now);
  const isTooFar = (text: string) => Date.parse(text) - now.getTime() > most;
  if (!isTooFar(covered) && !isTooFar(waitsSince)) return state;
  const at = (text: string) => (isTooFar(text) ? now.toISOString() : text);
  return { ...state, covered: at(covered), waitsSince: at(waitsSince) };
}

const mostAhead = (schedule: Times, now: Date): number =>
  Math.min(DAY_MS, Math.max(HOUR_MS, 2 * schedule.periodMs(now)));

export const newState = (schedule: Times, now: Date): JobState => ({
  schedule: nameOf(schedule),
  covered: now.toISOString(),
  waitsSince: now.toISOString(),
  paused: false,
  destinations: {},
});

/** What a job that runs by another schedule than before missed of the old one, it doesn't catch up. */
export function takenUp(state: JobState, schedule: Times, now: Date): JobState {
  if (state.schedule === nameOf(schedule)) return state;
  const { covered, waitsSince } = newState(schedule, now);
  return { ...state, schedule: nameOf(schedule), covered, waitsSince };
}

const nameOf = ({ expression, timeZone }: Times): string => `${expression} ${timeZone}`;
