// Which hour, day, week, month and year an instant lies in, by the clocks of a time zone.

import { FlowgError } from "../../platform/errors.js";

const PERIODS = ["hour", "day", "week", "month", "year"] as const;
export type Period = (typeof PERIODS)[number];

/** What a clock on the wall shows, to the second. `month` is 1 to 12. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export class Calendar {
  readonly #format: Intl.DateTimeFormat;

  /**
   * @param timeZone `UTC`, `Europe/Berlin`, `+05:30`
   * @throws INPUT_INVALID for an unknown zone
   */
  constructor(readonly timeZone: string) {
    try {
      this.#format = new Intl.DateTimeFormat("en-US", {
        timeZone,
        calendar: "gregory",
        numberingSystem: "latn",
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
    } catch (cause) {
      throw new FlowgError("INPUT_INVALID", `there is no time zone ${JSON.stringify(timeZone)}`, {
        hint: "give UTC, or a name such as Europe/Berlin",
        cause,
      });
    }
  }

  wallTime(instant: Date): WallTime {
    const parts = Object.fromEntries(
      this.#format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
    return { year, month, day, hour, minute, second };
  }

  /** Two instants lie in the same period if, and only if, these are equal. */
  periodOf(instant: Date, period: Period): string {
    const wall = this.wallTime(instant);
    const { year, month, day, hour } = wall;
    switch (period) {
      case "year":
        return String(year);
      case "month":
        return `${year}-${month}`;
      case "week":
        return weekOf(wall);
      case "day":
        return `${year}-${month}-${day}`;
      case "hour":
        // when summer time ends, clocks show one hour twice: these are two hours
        return `${year}-${month}-${day} ${hour} ${this.#offsetMs(instant)}`;
    }
  }

  /**
   * The instant at which clocks in the zone show this time. When clocks go forward, they skip some times: such a time counts as
   * that long after the jump. When clocks go back, they show some times twice: then it is the first.
   */
  instantOf(wall: WallTime): Date {
    const shown = utcOf(wall);
    // offsets change at most once in the two days around it
    const offsets = [-DAY_MS, DAY_MS].map((by) => this.#offsetMs(new Date(shown + by)));
    const found = offsets
      .map((offset) => new Date(shown - offset))
      .filter((instant) => utcOf(this.wallTime(instant)) === shown);
    const times = found.length > 0 ? found : [new Date(shown - (offsets[0] as number))];
    return new Date(Math.min(...times.map(Number)));
  }

  /** How far the zone's clocks are ahead of UTC. */
  #offsetMs(instant: Date): number {
    const seconds = Math.floor(instant.getTime() / 1000) * 1000;
    return utcOf(this.wallTime(instant)) - seconds;
  }
}

/** Milliseconds since 1970, as if the clocks showed UTC. */
function utcOf({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** ISO 8601: a week begins on Monday, and belongs to the year of its Thursday. */
function weekOf({ year, month, day }: WallTime): string {
  const date = new Date(Date.UTC(year, month - 1, day));
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  const thursday = new Date(date.getTime() + (3 - sinceMonday) * DAY_MS);
  const newYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday.getTime() - newYear) / (7 * DAY_MS)) + 1;
  return `${thursday.getUTCFullYear()}-W${week}`;
}
