// Jobs on a database in memory, with a clock and runs that a test has in its hands.

import { randomUUID } from "node:crypto";
import type { Carried, CarryOut, RunUnderWay } from "../../server/jobs/carry-out.js";
import type { Job } from "../../server/jobs/job.js";
import { type CaughtUp, type JobObserver, Jobs } from "../../server/jobs/jobs.js";
import { Schedule } from "../../server/jobs/schedule.js";
import type { FlowgError } from "../../server/platform/errors.js";
import type { Database } from "../../server/storage/database.js";
import { memoryEngine } from "../storage/memory-engine.js";
import type { SimulatedClock } from "./simulated-clock.js";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const jobOf = (
  name: string,
  expression: string,
  more: { timeZone?: string; jitterMs?: number; overdueAfterMs?: number } = {},
): Job => ({
  name,
  schedule: new Schedule({
    expression,
    timeZone: more.timeZone ?? "UTC",
    jitterMs: more.jitterMs ?? 0,
    seed: name,
  }),
  destinations: [{ name: "off-site", url: "/nowhere", place: "/nowhere" }],
  keys: { keyFiles: [], identityFiles: [], trustedKeys: [] },
  tags: [],
  host: "here",
  keep: undefined,
  continuous: undefined,
  overdueAfterMs: more.overdueAfterMs ?? HOUR_MS,
  tell: { webhooks: [], ping: undefined },
  drill: undefined,
});

export const wentWell = (): Carried => ({
  outcome: "success",
  destinations: [{ destination: "off-site", snapshot: randomUUID() }],
  notes: [],
  amounts: new Map(),
});

export async function memoryDatabase(): Promise<Database> {
  return await memoryEngine().open({ kind: "config", dir: randomUUID() }, { mode: "create" });
}

export interface Started {
  jobs: Jobs;
  /** Each run that ended, as `job dueAt trigger outcome`. */
  ended: string[];
  overdue: string[];
  /** For each run that was cut, when another is to catch it up. */
  cut: CaughtUp[];
}

/** A database whose writes fail for as long as there is an error. */
export function failing(inner: Database, why: () => FlowgError | undefined) {
  const change: Database["change"] = async (action) => {
    const error = why();
    if (error) throw error;
    return await inner.change(action);
  };
  return { read: inner.read.bind(inner), change };
}

/** A server begins to run jobs. */
export async function started(options: {
  jobs: Job[];
  database: Pick<Database, "read" | "change">;
  clock: SimulatedClock;
  carryOut?: CarryOut;
  onRun?: (run: RunUnderWay) => void;
  /** Told of faults, where there may be any. */
  onError?: (error: unknown) => void;
}): Promise<Started> {
  const { database, clock, onRun } = options;
  const ended: string[] = [];
  const cut: CaughtUp[] = [];
  const overdue: string[] = [];
  const observer: JobObserver = {
    started: () => {},
    ended({ name }, { dueAt, trigger, outcome }, caughtUp) {
      ended.push([name, dueAt, trigger, outcome].join(" "));
      if (outcome === "cut") cut.push(caughtUp);
    },
    overdue: ({ name }, since) => overdue.push(`${name} ${since.toISOString()}`),
  };
  const jobs = new Jobs({
    jobs: options.jobs,
    database,
    clock,
    carryOut:
      options.carryOut ??
      (async (run) => {
        onRun?.(run);
        return wentWell();
      }),
    observers: [observer],
    onError:
      options.onError ??
      ((error) => {
        throw error;
      }),
  });
  await jobs.start();
  return { jobs, ended, overdue, cut };
}
