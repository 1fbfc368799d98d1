// Several destinations: each has all by itself, whatever becomes of the others, and a restore takes what reaches furthest.

import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { eventually } from "../../eventually.js";
import { type Moment, randomOf, step, type World, world } from "./world.js";

const BOTH = [0, 1];

async function go(at: World, random: (below: number) => number, steps: number): Promise<Moment[]> {
  const { length } = at.moments;
  for (let n = 0; n < steps; n++) await step(at, random);
  return at.moments.slice(length);
}

async function settled(at: World, of = BOTH): Promise<void> {
  for (const index of of) await at.settled(index);
}

async function expectIn(at: World, from: number[], moments: readonly Moment[]): Promise<void> {
  for (const moment of moments)
    expect((await at.read({ at: moment.at }, from)).model, moment.step).toEqual(moment.model);
}

const away = (at: World, index: number) => ({
  go: () => rename(at.urls[index] as string, join(at.space.path, `away-${index}`)),
  back: () => rename(join(at.space.path, `away-${index}`), at.urls[index] as string),
});

it("stores all in each, also what one had to wait for", async () => {
  await using at = await world({ copies: 1 });
  await settled(at);
  // on a busy machine one destination may ask for its first snapshot before the other does
  const { snapshots } = at;
  const random = randomOf(21);
  await go(at, random, 10);
  const second = away(at, 1);
  await second.go();
  const meanwhile = await go(at, random, 15);
  await settled(at, [0]);
  await expectIn(at, [0], meanwhile.slice(0, -1));
  expect(at.state(1).possibleLoss).toBeGreaterThan(0);
  await second.back();
  await settled(at);
  await go(at, random, 5);
  await at.restart();
  await go(at, random, 5);
  await settled(at);
  expect(at.snapshots).toBe(snapshots);
  for (const from of [[0], [1], BOTH, [1, 0]]) {
    expect((await at.read({}, from)).model).toEqual(at.model);
    await expectIn(at, from, at.moments.slice(0, -1));
  }
  await eventually(() => {
    for (const kind of DATABASE_KINDS) expect(at.continuous.journalBytes(kind)).toBe(0);
  });
});

it("gives up one that keeps the others from having room, and only that", async () => {
  await using at = await world({ copies: 1, limit: 60_000 });
  await settled(at);
  const random = randomOf(22);
  const second = away(at, 1);
  await second.go();
  const snapshots = at.snapshots;
  for (let n = 0; n < 60; n++) {
    await step(at, random);
    await settled(at, [0]);
  }
  expect(at.state(1).broken).toBeDefined();
  expect(at.snapshots).toBe(snapshots);
  const first = at.moments.slice(0, -1);
  await expectIn(at, [0], first);
  await second.back();
  await settled(at);
  const later = await go(at, random, 8);
  await settled(at);
  await expectIn(at, [1], later.slice(0, -1));
  await expectIn(at, BOTH, [...first, ...later.slice(0, -1)]);
});

it("takes deltas from the one that has them, though a newer snapshot lies in another", async () => {
  await using at = await world({ copies: 1 });
  await settled(at);
  const random = randomOf(23);
  await go(at, random, 5);
  await settled(at);
  const second = away(at, 1);
  await second.go();
  await at.snapshot();
  await settled(at, [0]);
  await second.back();
  await settled(at);
  // from here on the one with the newer snapshot gets nothing
  const first = away(at, 0);
  await first.go();
  const later = await go(at, random, 10);
  await settled(at, [1]);
  await at.continuous.stop();
  await first.back();
  const { model, opened } = await at.read({}, BOTH);
  expect(model).toEqual(at.model);
  expect(opened.since?.deltas).toBeGreaterThan(0);
  await expectIn(at, BOTH, later.slice(0, -1));
});
