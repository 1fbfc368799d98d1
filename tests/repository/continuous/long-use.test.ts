// Two servers store in one repository for weeks, on a clock of the test's own, and old snapshots and deltas go each day. Each
// instant of the last week comes back, of both; what no kept instant needs is gone.
//
// FLOWG_DAYS=60 simulates as many.

import { afterEach, expect, it, vi } from "vitest";
import { forgetSnapshots } from "../../../server/operations/repository/forget.js";
import { pruneRepository } from "../../../server/operations/repository/prune.js";
import { listDeltas } from "../../../server/repository/deltas/delta-objects.js";
import type { OpenedRepository } from "../../../server/repository/open.js";
import { Calendar } from "../../../server/repository/retention/calendar.js";
import { listSnapshots } from "../../../server/repository/snapshots.js";
import { SEED } from "../../support/seed.js";
import { type Moment, randomOf, step, type World, world } from "./world.js";

const DAYS = Number(process.env.FLOWG_DAYS ?? 10);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** Keeps few: between those that stay are days that deltas alone can fill. */
const THINNING = {
  policy: { last: 2, weekly: 4 },
  calendar: new Calendar("UTC"),
  groupings: ["host"] as const,
  hosts: [],
  tags: [],
  allowRemoveAll: false,
};

afterEach(() => vi.useRealTimers());

async function thin(at: World, realNow: number): Promise<void> {
  await using readers = await at.open();
  const repository = readers.opened[0] as OpenedRepository;
  const { unread } = await forgetSnapshots(repository, { thinning: THINNING });
  expect(unread).toEqual([]);
  // a prune asks the place's clock, which nobody has set
  const keepDeltasMs = realNow - Date.now() + WEEK_MS;
  await pruneRepository(repository, { graceMs: 0, keepDeltasMs });
}

async function expectInstants(worlds: Record<string, World>, some: (all: Moment[]) => Moment[]) {
  for (const [host, at] of Object.entries(worlds)) {
    const kept = at.moments.filter((one) => one.at.getTime() > Date.now() - WEEK_MS);
    for (const { at: then, model } of some(kept))
      expect((await at.read({ at: then, host })).model, `${host} ${then.toISOString()}`).toEqual(
        model,
      );
  }
}

it(`keeps each instant of a week through ${DAYS} days of two servers (FLOWG_SEED=${SEED})`, async () => {
  const realNow = Date.now();
  const start = realNow - DAYS * DAY_MS;
  vi.useFakeTimers({ toFake: ["Date"], now: start, shouldAdvanceTime: true });
  const random = randomOf(SEED);
  // a delta that says that nothing was changed comes seldom: each read takes all of them
  await using here = await world({ heartbeatMs: 2_000 });
  await using there = await world({ beside: here, host: "there", heartbeatMs: 2_000 });
  const worlds = { here, there };
  for (let day = 0; day < DAYS; day++) {
    for (let part = 0; part < 2; part++) {
      vi.setSystemTime(start + day * DAY_MS + part * 9 * HOUR_MS + random(HOUR_MS));
      for (const at of Object.values(worlds)) {
        await at.settled();
        for (let steps = 0; steps < 2; steps++) await step(at, random);
        await at.settled();
        // the second one makes them seldom
        if (at === here || random(6) === 0) await at.snapshot();
      }
    }
    await thin(here, realNow);
    await expectInstants(worlds, (all) => all.slice(0, -1).filter(() => random(12) === 0));
  }
  for (const at of Object.values(worlds)) await at.settled();
  // only a later delta tells that nothing came after the last step
  await expectInstants(worlds, (all) => all.slice(0, -1));
  await using readers = await here.open();
  const repository = readers.opened[0] as OpenedRepository;
  const all = { from: new Date(start - DAY_MS), to: new Date(realNow) };
  const deltas = await listDeltas(repository, all);
  const [first] = (await listSnapshots(repository))
    .map(({ createdAt }) => Date.parse(createdAt))
    .sort((a, b) => a - b);
  // what was before all snapshots is gone; a snapshot's instant is at most an hour before its time
  expect(Date.parse(deltas[0]?.createdAt ?? "")).toBeGreaterThanOrEqual((first ?? 0) - HOUR_MS);
  const stored = here.state().deltas + there.state().deltas;
  if (DAYS > 20) expect(deltas.length).toBeLessThan(stored);
}, 3_600_000);
