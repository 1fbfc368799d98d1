// Decides whether a job should run, and whether it is overdue. The state says until when every due run was made. So no run is
// made twice after a restart or when the clock is set back, and one run catches up on all that were missed.

import type { JobState } from "../records/jobs.js";
import type { Times } from "./job.js";
import type { Occurrence } from "./schedule.js";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

export interface Looked {
  /** The next run. Its time may have passed. */
  next: Occurrence | undefined;
  isDue: boolean;
  /** The job is overdue from this time on, unless it succeeds before. */
  overdueAt: Date | undefined;
}

export interface Watched {
  schedule: Times;
  /** A success may be this late. */
  overdueAfterMs: number;
}

export function lookAt({ schedule, overdueAfterMs }: Watched, state: JobState, now: Date): Looked {
  const next = schedule.next(new Date(state.covered));
  const waited = schedule.next(new Date(state.waitsSince));
  const overdueAt = waited && new Date(waited.at.getTime() + overdueAfterMs);
  return { next, isDue: next !== undefined && next.at <= now, overdueAt };
}

/**
 * Mends the state after a clock was years ahead: a time too far ahead of the clock becomes the present. Else no backup would
 * run until then. A time that is a little ahead stays, so that a clock that is set back doesn't run a job twice.
 * @returns the same state where nothing was mended
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

/** Begins anew where a job's schedule has changed: it doesn't catch up on runs of the old one. */
export function takenUp(state: JobState, schedule: Times, now: Date): JobState {
  if (state.schedule === nameOf(schedule)) return state;
  const { covered, waitsSince } = newState(schedule, now);
  return { ...state, schedule: nameOf(schedule), covered, waitsSince };
}

const nameOf = ({ expression, timeZone }: Times): string => `${expression} ${timeZone}`;
