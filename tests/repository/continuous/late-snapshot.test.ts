// A snapshot of an earlier version got its time after the databases were taken. Changes that were made in between are in the deltas,
// also for a restore to exactly that time.

import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openSnapshot } from "../../../server/operations/repository/open-snapshot.js";
import { deltaTimeOf } from "../../../server/repository/deltas/delta-path.js";
import { putManifest, readManifest } from "../../../server/repository/manifest-objects.js";
import type { OpenedRepository } from "../../../server/repository/open.js";
import { listSnapshots } from "../../../server/repository/snapshots.js";
import { randomOf, step, type World, world } from "./world.js";

/**
 * Stores the newest snapshot once more, as one that got its time later, in each repository.
 * @returns its id
 */
async function putLater(at: World, made: Date): Promise<string> {
  const setId = randomUUID();
  await using writers = await at.open(at.urls.map((_, index) => index));
  for (const repository of writers.opened as OpenedRepository[]) {
    const [newest] = await listSnapshots(repository);
    const { path } = newest as NonNullable<typeof newest>;
    const manifest = await readManifest(repository, path, { demandSigned: true });
    if (!manifest) throw new Error(`${path} is gone`);
    await putManifest(repository, { ...manifest, setId, createdAt: made.toISOString() });
  }
  return setId;
}

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
  const setId = await putLater(at, made);
  const { opened, model } = await at.read({ at: made });
  expect(opened.copies[0].manifest.setId).toBe(setId);
  expect(opened.notes).toEqual([]);
  expect(model).toEqual(at.moments.at(-2)?.model);
  expect((await at.read({})).model).toEqual(at.model);
});

it("reads no more deltas of before the snapshot than the one that it goes on from", async () => {
  await using at = await world();
  const random = randomOf(10);
  for (let steps = 0; steps < 8; steps++) {
    await step(at, random);
    await at.settled();
  }
  await at.snapshot();
  await step(at, random);
  await at.settled();
  await at.continuous.stop();
  await using readers = await at.open();
  const [{ place, ...rest }] = readers.opened as [OpenedRepository];
  const read = new Set<string>();
  const counting = new Proxy(place, {
    get: (target, name) => {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      if (name !== "get") return member.bind(target);
      return (path: string, ...more: []) => {
        read.add(path);
        return target.get(path, ...more);
      };
    },
  });
  const { copies, since } = await openSnapshot([{ repository: { ...rest, place: counting } }], {});
  expect(since?.deltas).toBeGreaterThan(0);
  const made = copies[0].manifest.createdAt;
  const before = [...read].flatMap((path) => deltaTimeOf(path) ?? []);
  expect(before.filter((time) => time < Date.parse(made))).toHaveLength(1);
  expect((await at.read({})).model).toEqual(at.model);
});

it("tells that such changes may be missing where no delta has them, and takes them from another repository", async () => {
  await using at = await world({ copies: 1 });
  const settled = async () => {
    for (const index of [0, 1]) await at.settled(index);
  };
  await settled();
  const random = randomOf(9);
  for (let steps = 0; steps < 8; steps++) await step(at, random);
  await settled();
  const made = at.moments.at(-1)?.at as Date;
  await step(at, random);
  await settled();
  await at.continuous.stop();
  const setId = await putLater(at, made);
  await rm(join(at.url, "deltas"), { recursive: true });
  const { opened, model } = await at.read({ at: made });
  expect(opened.copies[0].manifest.setId).toBe(setId);
  expect(opened.notes.join()).toContain("while the snapshot of");
  expect(opened.notes.join()).toContain(made.toISOString());
  expect(model).not.toEqual(at.moments.at(-2)?.model);
  for (const from of [
    [0, 1],
    [1, 0],
  ]) {
    const both = await at.read({ at: made }, from);
    expect(both.opened.notes).toEqual([]);
    expect(both.model).toEqual(at.moments.at(-2)?.model);
  }
});
