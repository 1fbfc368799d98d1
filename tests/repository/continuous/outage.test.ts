// A repository that can't be reached, is emptied, or refuses: the server's requests don't wait for it, the server tells of it,
// and no change is left out.

import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { eventually } from "../../eventually.js";
import { randomOf, step, type World, world } from "./world.js";

const journalBytes = ({ continuous }: World): number =>
  DATABASE_KINDS.reduce((sum, kind) => sum + continuous.journalBytes(kind), 0);

it("keeps what can't be stored, and stores it once the place is back", async () => {
  await using at = await world();
  await at.settled();
  const random = randomOf(3);
  for (let steps = 0; steps < 5; steps++) await step(at, random);
  await at.settled();
  const away = join(at.space.path, "away");
  await rename(at.url, away);
  for (let steps = 0; steps < 30; steps++) await step(at, random);
  await eventually(() => expect(at.errors.length).toBeGreaterThan(0));
  expect(journalBytes(at)).toBeGreaterThan(0);
  expect(at.state().possibleLoss).toBeGreaterThan(0);
  expect(at.state().failures).toBeGreaterThan(0);
  await rename(away, at.url);
  await at.settled();
  expect(at.state().broken).toBeUndefined();
  for (const moment of at.moments)
    expect((await at.read({ at: moment.at })).model).toEqual(moment.model);
  // the journals no longer hold what was stored
  await eventually(() => expect(journalBytes(at)).toBe(0));
});

it("waits for a lost repository.json after a restart, and goes on from where it was", async () => {
  await using at = await world({ unencrypted: true });
  await at.settled();
  const random = randomOf(11);
  await step(at, random);
  await at.settled();
  const { snapshots } = at;
  const [file, away] = [join(at.url, "repository.json"), join(at.space.path, "away")];
  await at.continuous.stop();
  await rename(file, away);
  await at.restart();
  await eventually(() => expect(at.errors.join()).toContain("nothing is written"));
  await step(at, random);
  expect(at.state().broken).toBeUndefined();
  await rename(away, file);
  await at.settled();
  expect(at.snapshots).toBe(snapshots);
  for (const moment of at.moments)
    expect((await at.read({ at: moment.at })).model).toEqual(moment.model);
});

it("goes on with a snapshot where its journal was full", async () => {
  await using at = await world({ limit: 20_000 });
  await at.settled();
  const random = randomOf(4);
  const away = join(at.space.path, "away");
  await rename(at.url, away);
  for (let steps = 0; steps < 60; steps++) await step(at, random);
  await eventually(() => expect(at.state().broken).toContain("full"));
  expect(journalBytes(at)).toBeLessThan(3 * 25_000);
  const before = at.snapshots;
  await rename(away, at.url);
  await at.settled();
  expect(at.snapshots).toBeGreaterThan(before);
  const { length } = at.moments;
  for (let steps = 0; steps < 10; steps++) await step(at, random);
  await at.settled();
  for (const moment of at.moments.slice(length))
    expect((await at.read({ at: moment.at })).model).toEqual(moment.model);
  // no delta covers the instants in between
  const lost = at.moments[length - 20] as (typeof at.moments)[number];
  await expect(at.read({ at: lost.at })).rejects.toMatchObject({ code: "REPOSITORY_DAMAGED" });
});

it("tells of a repository that was emptied, and stores nothing in what is left", async () => {
  await using at = await world({ heartbeatMs: 50 });
  await at.settled();
  const file = join(at.url, "repository.json");
  await rename(file, `${file}.away`);
  await step(at, randomOf(6));
  await eventually(() => expect(at.errors.join("\n")).toContain("repository"));
  await eventually(() => expect(at.state().possibleLoss).toBeGreaterThan(0));
  // what went to the place meanwhile may be lost: a snapshot covers it
  const { snapshots } = at;
  await rename(`${file}.away`, file);
  await at.settled();
  expect(at.snapshots).toBe(snapshots + 1);
  expect((await at.read({})).model).toEqual(at.model);
});
