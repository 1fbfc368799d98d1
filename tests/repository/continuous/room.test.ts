// A journal's bound counts the changes that wait in the journal, not all that it ever held.

import { expect, it } from "vitest";
import { randomOf, step, world } from "./world.js";

it("goes on without a gap however much has been through its journal, if it was stored", async () => {
  const limit = 40_000;
  await using at = await world({ limit });
  await at.settled();
  const before = at.snapshots;
  const random = randomOf(11);
  for (let steps = 0; steps < 60; steps++) {
    await step(at, random);
    await at.settled();
  }
  await at.settled();
  // only a gap asks for a snapshot
  expect(at.snapshots).toBe(before);
  for (const moment of at.moments)
    expect((await at.read({ at: moment.at })).model).toEqual(moment.model);
  expect(at.errors).toEqual([]);
});
