// A length of time as a calendar counts it, such as `1y6m`, `30d`, `2w`, `36h`.

import { FlowgError } from "../../platform/errors.js";
import type { Calendar } from "./calendar.js";

export interface Span {
  years: number;
  months: number;
  days: number;
  hours: number;
}

const FORM = /^(?:(\d{1,4})y)?(?:(\d{1,5})m)?(?:(\d{1,5})w)?(?:(\d{1,6})d)?(?:(\d{1,7})h)?$/;
const HOUR_MS = 60 * 60 * 1000;

/**
 * @param what names the option in the message, such as `--keep-within`
 * @throws INPUT_INVALID
 */
export function parseSpan(text: string, what: string): Span {
  const [, years = 0, months = 0, weeks = 0, days = 0, hours = 0] = (FORM.exec(text) ?? []).map(
    (part) => Number(part ?? 0),
  );
  const span = { years, months, days: 7 * weeks + days, hours };
  if (years + months + span.days + hours === 0) {
    throw new FlowgError("INPUT_INVALID", `${what} can't be ${JSON.stringify(text)}`, {
      hint: "give years, months, weeks, days and hours, in this order: 1y6m, 30d, 36h; m is months",
    });
  }
  return span;
}

/**
 * The instant that lies one span before another. A month before 31 March is the last day of February: where a day doesn't exist,
 * the span is longer, not shorter.
 */
export function earlier(instant: Date, span: Span, calendar: Calendar): Date {
  const wall = calendar.wallTime(instant);
  const months = wall.year * 12 + (wall.month - 1) - (span.years * 12 + span.months);
  const [year, month] = [Math.floor(months / 12), ((months % 12) + 12) % 12];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const date = new Date(Date.UTC(year, month, Math.min(wall.day, lastDay) - span.days));
  const there = calendar.instantOf({
    ...wall,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  });
  // adds the milliseconds, which clocks don't show
  const rest = ((instant.getTime() % 1000) + 1000) % 1000;
  return new Date(there.getTime() + rest - span.hours * HOUR_MS);
}
