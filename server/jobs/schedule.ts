// A job's schedule is a cron expression in a time zone, and a delay that keeps many servers from beginning in the same second.
// When clocks skip a time, the job is due right after the skip. A time that clocks show twice counts once, unless the
// expression names each hour or minute.

import { createHash } from "node:crypto";
import { Cron } from "croner";
import { FlowgError } from "../platform/errors.js";
import { Calendar } from "../repository/retention/calendar.js";

export interface Occurrence {
  /** The time of the expression. */
  due: Date;
  /** The time to begin at, with the delay. */
  at: Date;
}

export interface ScheduleOptions {
  expression: string;
  timeZone: string;
  jitterMs: number;
  /** A text that only this server's job has. It decides the delay. */
  seed: string;
}

const HOUR_MS = 60 * 60 * 1000;
/** So many runs tell how close they can come. */
const LOOKED_AT = 50;
/** From a fixed day on and in UTC: neither a change of clocks nor the day of the start decides whether settings are taken. */
const LOOKED_FROM = new Date("2001-01-01T00:00:00Z");

export class Schedule {
  readonly expression: string;
  readonly timeZone: string;
  readonly jitterMs: number;
  readonly #cron: Cron;
  readonly #seed: string;

  /** @throws INPUT_INVALID */
  constructor({ expression, timeZone, jitterMs, seed }: ScheduleOptions) {
    this.expression = expression;
    this.timeZone = new Calendar(timeZone).timeZone;
    this.jitterMs = jitterMs;
    this.#seed = seed;
    try {
      this.#cron = new Cron(expression, { timezone: timeZone, paused: true, mode: "5-part" });
    } catch (cause) {
      const said = (cause as Error).message.replace(/^CronPattern: /, "");
      const why = said.includes("space separated parts") ? "it has no five parts" : said;
      throw new FlowgError(
        "INPUT_INVALID",
        `${JSON.stringify(expression)} isn't a cron expression: ${why.replace(/\.$/, "")}`,
        { hint: HOW, cause },
      );
    }
    if (this.#cron.nextRun() === null) {
      throw new FlowgError("INPUT_INVALID", `${JSON.stringify(expression)} is never due`, {
        hint: HOW,
      });
    }
  }

  /** The first time that is due later; undefined where there is none. */
  next(after: Date): Occurrence | undefined {
    const due = this.#cron.nextRun(after);
    return due === null ? undefined : { due, at: this.#delayed(due) };
  }

  /** A delay beyond the next run would leave runs out. @throws INPUT_INVALID */
  demandShortJitter(): void {
    if (this.jitterMs === 0) return;
    const cron = new Cron(this.expression, { timezone: "UTC", paused: true, mode: "5-part" });
    const due = cron.nextRuns(LOOKED_AT, LOOKED_FROM).map((one) => one.getTime());
    const gaps = due.slice(1).map((one, index) => one - (due[index] as number));
    const shortest = Math.min(...gaps);
    if (this.jitterMs <= shortest) return;
    throw new FlowgError(
      "INPUT_INVALID",
      `is longer than the time between two runs, which can be ${shortest / 60_000} minutes`,
      { hint: "a run that begins after the next one is due is left out: give a shorter one" },
    );
  }

  /** Estimates the time between two runs. */
  periodMs(around: Date): number {
    const [first, second] = this.#cron.nextRuns(2, around);
    return first && second ? second.getTime() - first.getTime() : HOUR_MS;
  }

  /** Adds the delay, which is the same after a restart. */
  #delayed(due: Date): Date {
    if (this.jitterMs === 0) return due;
    const hash = createHash("sha256").update(`${this.#seed}\n${due.toISOString()}`).digest();
    const share = hash.readUInt32BE() / 2 ** 32;
    return new Date(due.getTime() + Math.floor(share * this.jitterMs));
  }
}

const HOW =
  "write minute, hour, day of the month, month and day of the week, as in 15 3 * * *, or @daily";

/** The schedule of a job that is never due. */
export const NEVER: Pick<Schedule, "expression" | "timeZone" | "next" | "periodMs"> = {
  expression: "",
  timeZone: "UTC",
  next: () => undefined,
  periodMs: () => HOUR_MS,
};
