// System calls fail, do half of what was asked, or the process is killed in them. No run dies of a failed call, none reports a
// success that isn't one, each leaves the state before or the intended one, and the next run leaves nothing over. Each change
// runs a spread of these faults; `npm run test:faults` runs all.

import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FlowgServer, startFlowg } from "../operations/online/flowg-server.js";
import { chosenOf, Told } from "./chosen.js";
import { buildLibrary } from "./library.js";
import { prepare } from "./scenario.js";
import { makeScenarios, SCENARIOS, type ScenarioName } from "./scenarios.js";

/** How many faults of each scenario the short form tries. */
const SHORT = 3;
const AT_ONCE = availableParallelism();
const LONG = 12 * 3_600_000;

const space = await mkdtemp(join(tmpdir(), "flowg-faults-"));
const library = buildLibrary(space);
let server: FlowgServer | undefined;
let scenarios: Awaited<ReturnType<typeof makeScenarios>>;

beforeAll(async () => {
  if ("without" in library) return;
  server = await startFlowg();
  const token = (await server.userWith("nightly", "read_backups")).replace("Bearer pat:", "");
  scenarios = await makeScenarios(space, { FLOWG_URL: server.url, FLOWG_TOKEN: token });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(space, { recursive: true, force: true });
});

async function tryAll(name: ScenarioName, path: string) {
  const { template } = scenarios[name];
  using tried = await prepare(scenarios[name], { library: path, space: `${template} runs` });
  const left = chosenOf(name, tried.faults, SHORT);
  const count = left.length;
  const told = new Told(name, count);
  let hits = 0;
  const one = async () => {
    for (let fault = left.shift(); fault; fault = left.shift()) {
      const result = await tried.try(fault);
      told.one(result.wrong);
      if (result.hits > 0) hits++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { wrong: told.wrong, hits, count };
}

describe("faults of system calls during", () => {
  test.for(SCENARIOS)("%s", { timeout: LONG }, async (name, { skip }) => {
    if ("without" in library) return skip(library.without);
    const { wrong, hits, count } = await tryAll(name, library.path);
    expect(wrong).toEqual([]);
    // a run whose calls come in another order may not get as far as the last one
    if (count > 0) expect(hits).toBeGreaterThan(count * 0.9);
  });
});
