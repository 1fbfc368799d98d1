// The times at which jobs run, over years of clocks that change, are set and stop. No test sleeps.

import { expect, it } from "vitest";
import type { CarryOut } from "../../server/jobs/carry-out.js";
import type { Jobs } from "../../server/jobs/jobs.js";
import { FlowgError } from "../../server/platform/errors.js";
import { SimulatedClock, settled } from "./simulated-clock.js";
import { DAY_MS, failing, HOUR_MS, jobOf, memoryDatabase, started, wentWell } from "./world.js";

const MINUTE_MS = 60_000;
const YEARS_DAYS = 731;

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  // half hours, and summer time of half an hour
  "Australia/Lord_Howe",
  "Asia/Kolkata",
];

const formats = new Map<string, Intl.DateTimeFormat>();

function shownIn(timeZone: string): Intl.DateTimeFormat {
  const kept = formats.get(timeZone);
  if (kept) return kept;
  const made = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  });
  formats.set(timeZone, made);
  return made;
}

/** The clocks on the wall there, by another way than the program's. */
function wall(at: Date, timeZone: string): { day: string; time: string } {
  const text = shownIn(timeZone).format(at);
  return { day: text.slice(0, 10), time: text.slice(11, 16) };
}

/**
 * When a daily job is due, by looking at each minute: the first in which the clocks show its time, or, on a day on which they
 * skip it, the first in which they show a later one.
 */
function dailyTimes(from: Date, days: number, { zone, time }: { zone: string; time: string }) {
  const times: string[] = [];
  let lastDay = "";
  const step = 15 * MINUTE_MS;
  for (let at = from.getTime(); at < from.getTime() + days * DAY_MS; at += step) {
    const shown = wall(new Date(at), zone);
    if (shown.day === lastDay || shown.time < time) continue;
    const isFirst = wall(new Date(at - step), zone);
    if (isFirst.day === shown.day && isFirst.time >= time) continue;
    lastDay = shown.day;
    if (at > from.getTime()) times.push(new Date(at).toISOString());
  }
  return times;
}

it.each(ZONES)("runs a daily job exactly once a day over two years, in %s", async (timeZone) => {
  const clock = new SimulatedClock("2026-01-01T12:00:00Z");
  const from = clock.now();
  const world = await started({
    jobs: [
      jobOf("nightly", "15 2 * * *", { timeZone }),
      jobOf("each-six-hours", "30 */6 * * *", { timeZone, jitterMs: 20 * MINUTE_MS }),
    ],
    database: await memoryDatabase(),
    clock,
  });
  await clock.pass(YEARS_DAYS * DAY_MS);
  await world.jobs.stop();
  const runsOf = (name: string) => world.ended.filter((one) => one.startsWith(`${name} `));
  expect(runsOf("nightly")).toEqual(
    dailyTimes(from, YEARS_DAYS, { zone: timeZone, time: "02:15" }).map(
      (time) => `nightly ${time} schedule success`,
    ),
  );
  const others = runsOf("each-six-hours");
  expect(new Set(others).size).toBe(others.length);
  expect(others.length).toBeGreaterThan(YEARS_DAYS * 4 - 3);
  expect(others.length).toBeLessThan(YEARS_DAYS * 4 + 3);
  expect(world.overdue).toEqual([]);
});

it.each(ZONES)(
  "runs each time exactly once over two years, whatever restarts and however the clock is set, in %s",
  async (timeZone) => {
    // a small generator: each run of this test is the same
    let seed = ZONES.indexOf(timeZone) + 7;
    const random = (most: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % most;
    };
    const database = await memoryDatabase();
    const clock = new SimulatedClock("2026-01-01T12:00:00Z");
    const from = clock.now();
    const nightly = { zone: timeZone, time: "02:15" };
    const jobs = [
      jobOf("nightly", "15 2 * * *", { timeZone, overdueAfterMs: 9 * DAY_MS }),
      jobOf("each-three-hours", "5 */3 * * *", { timeZone, overdueAfterMs: 9 * DAY_MS }),
    ];
    const all: string[] = [];
    let world = await started({ jobs, database, clock });
    let furthest = from.getTime();
    while (clock.now().getTime() < from.getTime() + YEARS_DAYS * DAY_MS) {
      const what = random(4);
      if (what === 0) {
        await world.jobs.stop();
        all.push(...world.ended);
        const before = world.jobs.list();
        await clock.pass(random(60 * 24 * 5) * MINUTE_MS);
        const startedAt = clock.now();
        world = await started({ jobs, database, clock });
        await clock.pass(MINUTE_MS);
        // what was missed has been caught up within a minute, once
        for (const { name, nextRun } of before) {
          const wasMissed = Date.parse(nextRun ?? "") <= startedAt.getTime();
          const runs = world.ended.filter((one) => one.startsWith(`${name} `));
          if (wasMissed) expect(runs[0]).toContain(`${name} ${nextRun}`);
          expect(runs.filter((one) => one.includes("catch-up")).length).toBeLessThan(2);
        }
      } else if (what === 1) {
        // up to fifty minutes back, or some hours ahead
        await clock.set((random(350) - 50) * MINUTE_MS);
      } else await clock.pass(random(60 * 30) * MINUTE_MS);
      furthest = Math.max(furthest, clock.now().getTime());
    }
    await world.jobs.stop();
    all.push(...world.ended);
    expect(all.every((one) => one.endsWith(" success"))).toBe(true);
    // never twice for one time, and always in order
    for (const { name } of jobs) {
      const due = dueOf(all, name);
      expect(due).toEqual([...new Set(due)].sort());
    }
    // none is left out but those that one run has caught up together with the first of them
    const times = dailyTimes(from, (furthest - from.getTime()) / DAY_MS, nightly);
    const ran = dueOf(all, "nightly");
    expect(ran.filter((time) => !times.includes(time))).toEqual([]);
    const missing = times.filter((time) => !ran.includes(time));
    for (const time of missing) {
      const before = ran.findLast((one) => one < time);
      expect(all).toContain(`nightly ${before} catch-up success`);
    }
    expect(ran.length).toBeGreaterThan(YEARS_DAYS / 4);
    expect(missing.length).toBeGreaterThan(0);
  },
);

/** The times of a job's runs. */
const dueOf = (ended: readonly string[], name: string): string[] =>
  ended.filter((one) => one.startsWith(`${name} `)).map((one) => one.split(" ")[1] as string);

it("goes on although the clock was years ahead for a while", async () => {
  const database = await memoryDatabase();
  const clock = new SimulatedClock("2026-01-01T12:00:00Z");
  const jobs = [jobOf("nightly", "0 3 * * *")];
  const world = await started({ jobs, database, clock });
  await clock.set(20 * 365 * DAY_MS);
  await clock.set(-20 * 365 * DAY_MS);
  expect(world.ended).toEqual(["nightly 2026-01-02T03:00:00.000Z catch-up success"]);
  await clock.pass(2 * DAY_MS);
  expect(world.ended.slice(1)).toEqual([
    "nightly 2026-01-02T03:00:00.000Z schedule success",
    "nightly 2026-01-03T03:00:00.000Z schedule success",
  ]);
  await world.jobs.stop();
});

it("catches up once what was missed while no server ran, and not what a pause skipped", async () => {
  const database = await memoryDatabase();
  const clock = new SimulatedClock("2026-01-01T12:00:00Z");
  const jobs = [jobOf("hourly", "0 * * * *")];
  const first = await started({ jobs, database, clock });
  await clock.pass(2 * HOUR_MS);
  await first.jobs.stop();
  expect(first.ended).toHaveLength(2);
  await clock.pass(30 * HOUR_MS);
  const second = await started({ jobs, database, clock });
  await settled();
  expect(second.ended).toEqual(["hourly 2026-01-01T15:00:00.000Z catch-up success"]);
  await second.jobs.pause("hourly");
  expect(second.jobs.list()[0]).toMatchObject({ paused: true, overdue: false });
  expect(second.jobs.list()[0]).not.toHaveProperty("nextRun");
  await second.jobs.stop();
  const third = await started({ jobs, database, clock });
  await clock.pass(5 * HOUR_MS);
  expect(third.ended).toEqual([]);
  await third.jobs.resume("hourly");
  await clock.pass(HOUR_MS);
  expect(third.ended).toEqual(["hourly 2026-01-03T02:00:00.000Z schedule success"]);
  await third.jobs.stop();
});

it("runs one at a time, and once for all that came due meanwhile", async () => {
  const clock = new SimulatedClock("2026-01-01T12:00:00Z");
  let end = () => {};
  let runs = 0;
  const world = await started({
    jobs: [jobOf("often", "* * * * *")],
    database: await memoryDatabase(),
    clock,
    carryOut: async () => {
      runs++;
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      return wentWell();
    },
  });
  await clock.pass(10 * MINUTE_MS);
  expect(runs).toBe(1);
  expect(world.jobs.list()[0]?.running).toMatchObject({ trigger: "schedule" });
  expect(() => world.jobs.run("often")).toThrow(/is running/);
  end();
  await settled();
  expect(runs).toBe(2);
  end();
  await settled();
  expect(world.ended).toEqual([
    "often 2026-01-01T12:01:00.000Z schedule success",
    "often 2026-01-01T12:02:00.000Z catch-up success",
  ]);
  await clock.pass(MINUTE_MS);
  expect(runs).toBe(3);
  end();
  await settled();
  await world.jobs.stop();
});

it("keeps what failed and why, tells once that it is overdue, and again after a success", async () => {
  const database = await memoryDatabase();
  const clock = new SimulatedClock("2026-01-01T00:30:00Z");
  let isDown = true;
  const carryOut = async () => {
    if (isDown) throw new FlowgError("REPOSITORY_UNAVAILABLE", "no answer", { hint: "wait" });
    return wentWell();
  };
  const jobs = [jobOf("hourly", "0 * * * *", { overdueAfterMs: 30 * MINUTE_MS })];
  let world = await started({ jobs, database, clock, carryOut });
  await clock.pass(3 * HOUR_MS);
  expect(world.overdue).toEqual(["hourly 2026-01-01T01:30:00.000Z"]);
  expect(world.jobs.list()[0]).toMatchObject({
    overdue: true,
    lastRun: {
      outcome: "failure",
      error: { code: "REPOSITORY_UNAVAILABLE", message: "no answer", hint: "wait" },
    },
  });
  await world.jobs.stop();
  // somebody was told already
  world = await started({ jobs, database, clock, carryOut });
  await clock.pass(HOUR_MS);
  expect(world.overdue).toEqual([]);
  isDown = false;
  await clock.pass(HOUR_MS);
  expect(world.jobs.list()[0]).toMatchObject({ overdue: false, lastRun: { outcome: "success" } });
  isDown = true;
  await clock.pass(3 * HOUR_MS);
  expect(world.overdue).toEqual(["hourly 2026-01-01T06:30:00.000Z"]);
  await world.jobs.stop();
});

it("says of a run that the server's end has cut that it was, and runs it again", async () => {
  const database = await memoryDatabase();
  const clock = new SimulatedClock("2026-01-01T12:00:00Z");
  const jobs = [jobOf("nightly", "0 13 * * *")];
  const first = await started({
    jobs,
    database,
    clock,
    carryOut: ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  await clock.pass(2 * HOUR_MS);
  await first.jobs.stop();
  expect(first.ended).toEqual(["nightly 2026-01-01T13:00:00.000Z schedule cut"]);
  const second = await started({ jobs, database, clock });
  await settled();
  expect(second.ended).toEqual(["nightly 2026-01-01T13:00:00.000Z catch-up success"]);
  await second.jobs.stop();
});

it.each([
  ["goes on by its schedule", async () => {}, ["at-next-start"], ["now"], 1],
  ["is paused", (jobs: Jobs) => jobs.pause("nightly"), ["never"], ["never"], 0],
  [
    "was paused for a while",
    async (jobs: Jobs) => {
      await jobs.pause("nightly");
      await jobs.resume("nightly");
    },
    ["never"],
    ["never"],
    0,
  ],
] as const)(
  "says what becomes of a run that was cut while its job %s",
  async (_, meanwhile, said, afterKill, runs) => {
    for (const ends of ["stop", "kill"] as const) {
      const database = await memoryDatabase();
      const clock = new SimulatedClock("2026-01-01T12:00:00Z");
      const jobs = [jobOf("nightly", "0 13 * * *")];
      const carryOut: CarryOut = ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const first = await started({ jobs, database, clock, carryOut });
      await clock.pass(2 * HOUR_MS);
      await meanwhile(first.jobs);
      if (ends === "stop") await first.jobs.stop();
      const second = await started({ jobs, database, clock });
      await settled();
      expect(ends === "stop" ? first.cut : second.cut).toEqual(ends === "stop" ? said : afterKill);
      expect(second.ended.filter((one) => one.endsWith("catch-up success"))).toHaveLength(runs);
      await second.jobs.stop();
      await first.jobs.stop();
    }
  },
);

it("says the same of one that a kill has cut, whose server could say nothing", async () => {
  const database = await memoryDatabase();
  const clock = new SimulatedClock("2026-01-01T12:00:00Z");
  const jobs = [jobOf("nightly", "0 13 * * *", { overdueAfterMs: 100 * HOUR_MS })];
  const hanging = await started({ jobs, database, clock, carryOut: () => new Promise(() => {}) });
  await clock.pass(2 * HOUR_MS);
  const { running } = hanging.jobs.list()[0] ?? {};
  expect(running).toBeDefined();
  let isHeld = true;
  const second = await started({
    jobs,
    database,
    clock,
    carryOut: async () => {
      while (isHeld) await settled();
      return wentWell();
    },
  });
  await settled();
  expect(second.jobs.list()[0]?.lastRun).toMatchObject({
    id: running?.id,
    outcome: "cut",
    error: { code: "CANCELLED" },
  });
  isHeld = false;
  await clock.pass(MINUTE_MS);
  expect(second.ended).toEqual([
    "nightly 2026-01-01T13:00:00.000Z schedule cut",
    "nightly 2026-01-01T13:00:00.000Z catch-up success",
  ]);
  await second.jobs.stop();
});

it("runs although its state can't be written for a while, and keeps it then", async () => {
  let busy: FlowgError | undefined;
  const clock = new SimulatedClock("2026-01-01T12:00:00Z");
  const faults: unknown[] = [];
  const { jobs } = await started({
    jobs: [jobOf("nightly", "0 13 * * *")],
    database: failing(await memoryDatabase(), () => busy),
    clock,
    onError: (error) => faults.push(error),
  });
  busy = new FlowgError("BUSY", "a restore is under way");
  await clock.pass(HOUR_MS + MINUTE_MS);
  expect(faults.length).toBeGreaterThan(2);
  expect(jobs.list()[0]?.running).toBeDefined();
  busy = undefined;
  await clock.pass(MINUTE_MS);
  expect(jobs.list()[0]?.lastRun).toMatchObject({ outcome: "success" });
  await jobs.stop();
});

it("starts although no state can be written, and keeps them once one can", async () => {
  const inner = await memoryDatabase();
  let full: FlowgError | undefined = new FlowgError("DISK_FULL", "the disk is full");
  const clock = new SimulatedClock("2026-01-01T12:00:00Z");
  const { jobs } = await started({
    jobs: [jobOf("nightly", "0 13 * * *")],
    database: failing(inner, () => full),
    clock,
    onError: () => {},
  });
  expect(jobs.report("nightly")).toMatchObject({ nextRun: "2026-01-01T13:00:00.000Z" });
  full = undefined;
  await clock.pass(MINUTE_MS);
  await jobs.stop();
  const { readJobState } = await import("../../server/storage/notes/job-notes.js");
  const kept = await inner.read((instant) => readJobState(instant, "nightly", "job"));
  expect(kept).toMatchObject({ covered: "2026-01-01T12:00:00.000Z" });
});

it("begins no run that somebody asks for while the server stops", async () => {
  const clock = new SimulatedClock("2026-01-01T12:00:00Z");
  let runs = 0;
  const { jobs } = await started({
    jobs: [jobOf("nightly", "0 13 * * *")],
    database: await memoryDatabase(),
    clock,
    onRun: () => runs++,
  });
  const stopped = jobs.stop();
  expect(() => jobs.run("nightly")).toThrow("the server stops");
  await stopped;
  expect(() => jobs.run("nightly")).toThrow("the server stops");
  await settled();
  expect(runs).toBe(0);
});
