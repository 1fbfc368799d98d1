// A server that restores with faults of system calls: a restore of one database, and of all three. See faults.test.ts.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chosenOf, Told } from "./chosen.js";
import { buildLibrary } from "./library.js";
import { callsOfRestoring, makeTemplate, restoring } from "./online-restore.js";

const SHORT = 8;
const LONG = 12 * 3_600_000;

const space = await mkdtemp(join(tmpdir(), "flowg-restore-faults-"));
const library = buildLibrary(space);
const template = join(space, "template");
const backup = join(space, "backup");

beforeAll(async () => {
  if (!("without" in library)) await makeTemplate(template, backup);
});
afterAll(() => rm(space, { recursive: true, force: true }));

describe("a server with faults of system calls, while it restores", () => {
  test.for(["logs", "all"] as const)("%s", { timeout: LONG }, async (what, { skip }) => {
    if ("without" in library) return skip(library.without);
    const beside = join(space, what);
    await mkdir(beside);
    const at = { library: library.path, root: join(beside, "root"), beside };
    const how = { template, backup, what };
    const scenario = `restore of ${what} by a server`;
    const chosen = chosenOf(scenario, await callsOfRestoring(at, how), SHORT);
    const told = new Told(scenario, chosen.length);
    let hits = 0;
    for (const fault of chosen) {
      const outcome = await restoring({ ...at, fault }, how);
      told.one(outcome.wrong.map((text) => `${fault.name}: ${text}`));
      if (outcome.hits > 0) hits++;
    }
    expect(told.wrong).toEqual([]);
    // how often a server looks at its files depends on the time it takes
    if (chosen.length > 0) expect(hits).toBeGreaterThan(chosen.length / 2);
  });
});
