// A snapshot's manifest gets its time after the databases were taken. Changes that were made in between are in the deltas, also
// for a restore to exactly that time.

import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { putManifest, readManifest } from "../../../server/repository/manifest-objects.js";
import type { OpenedRepository } from "../../../server/repository/open.js";
import { listSnapshots } from "../../../server/repository/snapshots.js";
import { randomOf, step, world } from "./world.js";

it("brings back the changes between the beginning of a snapshot and its time", async () => {
  await using at = await world();
  await at.settled();
  const random = randomOf(8);
  for (let steps = 0; steps < 8; steps++) await step(at, random);
  await at.settled();
  const made = at.moments.at(-1)?.at as Date;
  // this one also tells that nothing came after it
  await step(at, random);
  await at.settled();
  await using writers = await at.open();
  const repository = writers.opened[0] as OpenedRepository;
  const [first] = await listSnapshots(repository);
  const { path } = first as NonNullable<typeof first>;
  const manifest = await readManifest(repository, path, { demandSigned: true });
  if (!manifest) throw new Error(`${path} is gone`);
  const setId = randomUUID();
  await putManifest(repository, { ...manifest, setId, createdAt: made.toISOString() });
  const { opened, model } = await at.read({ at: made });
  expect(opened.copies[0].manifest.setId).toBe(setId);
  expect(model).toEqual(at.moments.at(-2)?.model);
  expect((await at.read({})).model).toEqual(at.model);
});
