// An attacker writes to the place, or a part of it is lost: each restore gives what was there, or refuses. It never gives
// anything else.

import { cp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, it } from "vitest";
import { FlowgError } from "../../../server/platform/errors.js";
import { type CheckReport, checkRepository } from "../../../server/repository/check/check.js";
import type { OpenedRepository } from "../../../server/repository/open.js";
import { randomOf, statesAt, step, type World, world } from "./world.js";

async function filled(): Promise<World> {
  const at = await world({ heartbeatMs: 60_000 });
  await at.settled();
  const random = randomOf(5);
  for (let deltas = 0; deltas < 6; deltas++) {
    for (let steps = 0; steps < 2; steps++) await step(at, random);
    await at.settled();
  }
  await at.continuous.stop();
  return at;
}

/** What a check of the whole repository says. */
async function checked(at: World): Promise<CheckReport> {
  await using readers = await at.open();
  return await checkRepository(readers.opened[0] as OpenedRepository, { readShare: 1 });
}

async function deltas(at: World): Promise<string[]> {
  const dir = join(at.url, "deltas");
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  return found
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/**
 * Restores each instant, which must come back as it was or be refused.
 * @returns how many were refused
 */
async function refusals(at: World): Promise<number> {
  let refused = 0;
  for (const moment of at.moments) {
    try {
      expect((await at.read({ at: moment.at })).model).toEqual(moment.model);
    } catch (error) {
      if (!(error instanceof FlowgError)) throw error;
      expect(["REPOSITORY_DAMAGED", "SIGNATURE_REFUSED"]).toContain(error.code);
      refused++;
      const reaches = new Date(String(error.details.reaches));
      expect(reaches.getTime()).toBeLessThan(moment.at.getTime());
      const then = statesAt(at, reaches);
      const { opened, model } = await at.read({ at: moment.at, allowMissingDeltas: true });
      if (then) expect(then).toContainEqual(model);
      expect(opened.notes.join()).toContain("this is the state of");
    }
  }
  return refused;
}

it("takes no delta that is missing, changed, cut, moved, swapped or another's for what was written", async () => {
  await using at = await filled();
  const all = await deltas(at);
  expect(all.length).toBeGreaterThan(4);
  // nothing tells what came after the last delta
  const before = await refusals(at);
  const good = join(at.space.path, "good");
  await cp(at.url, good, { recursive: true });
  const restored = async () => {
    await rm(join(at.url, "deltas"), { recursive: true, force: true });
    await cp(join(good, "deltas"), join(at.url, "deltas"), { recursive: true });
  };
  // the largest deltas have commits; others only say that nothing came
  const sizes = new Map<string, number>();
  for (const path of all) sizes.set(path, (await stat(path)).size);
  const bySize = [...all].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  const [second, third] = bySize.slice(0, 2).sort() as [string, string];
  const swapped = async () => {
    await rename(second, `${second}.part`);
    await rename(third, second);
    await rename(`${second}.part`, third);
  };
  const changed = async (path: string, at: number) => {
    const bytes = await readFile(path);
    bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) as number) ^ 1;
    await writeFile(path, bytes);
  };
  const ways: Record<string, () => Promise<unknown>> = {
    missing: () => rm(second),
    "the last ones missing": async () => {
      for (const path of all.slice(all.indexOf(third))) await rm(path);
    },
    "all missing": () => rm(join(at.url, "deltas"), { recursive: true }),
    "another in its place": async () => writeFile(second, await readFile(third)),
    swapped,
    cut: async () => writeFile(second, (await readFile(second)).subarray(0, -1)),
    empty: () => writeFile(second, ""),
    "its signature changed": () => changed(second, 100),
    "its contents changed": () => changed(second, -20),
    "its signature taken away": async () => {
      const bytes = await readFile(second);
      await writeFile(second, bytes.subarray(bytes.indexOf("age-encryption.org")));
    },
  };
  for (const [way, spoil] of Object.entries(ways)) {
    await spoil();
    expect(await refusals(at), way).toBeGreaterThan(before);
    await restored();
  }
  expect(await refusals(at)).toBe(before);
  // an older delta under a later name changes nothing, and is told
  const later = second.replace(/\/[\d-]+\.\d+Z-/, "/23-59-59.999Z-");
  await writeFile(later, await readFile(second));
  expect(await refusals(at)).toBe(before);
  await expect(at.read({})).rejects.toMatchObject({ code: "REPOSITORY_DAMAGED" });
  expect((await at.read({ allowMissingDeltas: true })).model).toEqual(at.model);
});

it("is told by a check, which reads all deltas, and follows them from the newest snapshot", async () => {
  await using at = await filled();
  const all = await deltas(at);
  const sizes = await Promise.all(all.map(async (path) => (await stat(path)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const whole = { objects: all.length, bytes, read: all.length, problems: [] };
  expect(await checked(at)).toMatchObject({ deltas: whole, unknown: [], lost: [] });
  // the largest has commits; only a later one tells that it is missing
  const largest = all[sizes.indexOf(Math.max(...sizes.slice(0, -1)))] as string;
  const good = await readFile(largest);
  const name = relative(at.url, largest);
  await writeFile(largest, good.subarray(0, -1));
  const { deltas: cut } = await checked(at);
  expect(cut).toMatchObject({ objects: all.length, read: all.length });
  expect(cut.problems.filter((one) => one.startsWith(name))).toHaveLength(1);
  expect(cut.problems.filter((one) => one.includes("are missing"))).toHaveLength(1);
  await rm(largest);
  await writeFile(join(at.url, "deltas", "note"), "");
  const { deltas: without, unknown } = await checked(at);
  expect(without).toMatchObject({ objects: all.length - 1, read: all.length - 1 });
  expect(without.problems).toEqual([expect.stringContaining("are missing")]);
  expect(unknown).toEqual(["deltas/note"]);
});
