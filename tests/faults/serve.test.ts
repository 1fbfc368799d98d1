// The server with faults of system calls, at its first start and while it works: it fails in words or goes on, loses
// nothing that it has answered for, and afterwards works as if there had been none. See faults.test.ts.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flowg } from "../cli/flowg.js";
import { spawnServer } from "../http/server-process.js";
import { chosenOf, Told } from "./chosen.js";
import { buildLibrary, type Injection } from "./library.js";
import type { Planned } from "./plan.js";
import {
  COMPACTION,
  callsOfFirstStart,
  callsOfRunning,
  firstStart,
  type Outcome,
  PASSWORD,
  running,
} from "./serve.js";

const SHORT = 8;
const LONG = 12 * 3_600_000;

const space = await mkdtemp(join(tmpdir(), "flowg-serve-faults-"));
const library = buildLibrary(space);
const template = join(space, "template");

beforeAll(async () => {
  if ("without" in library) return;
  // databases with something in them, and a backup of them
  const server = await spawnServer(template, { env: { FLOWG_INITIAL_PASSWORD: PASSWORD } });
  server.child.kill("SIGTERM");
  await server.exited;
  const dirs = ["auth", "config", "log"].flatMap((name) => [`--${name}-dir`, join(template, name)]);
  const made = await flowg(["admin", "backup", "--backup-dir", join(space, "backup"), ...dirs]);
  if (made.code !== 0) throw new Error(made.stderr);
});
afterAll(() => rm(space, { recursive: true, force: true }));

async function injection(path: string, name: string): Promise<Injection> {
  const beside = join(space, name);
  await mkdir(beside, { recursive: true });
  return { library: path, root: join(beside, "root"), beside };
}

async function tryAll(
  scenario: string,
  faults: Planned[],
  one: (fault: Planned) => Promise<Outcome>,
) {
  const chosen = chosenOf(scenario, faults, SHORT);
  const told = new Told(scenario, chosen.length);
  let hits = 0;
  for (const fault of chosen) {
    const outcome = await one(fault);
    told.one(outcome.wrong.map((text) => `${fault.name}: ${text}`));
    if (outcome.hits > 0) hits++;
  }
  expect(told.wrong).toEqual([]);
  // how often a server looks at its files depends on the time it takes
  if (chosen.length > 0) expect(hits).toBeGreaterThan(chosen.length / 2);
}

describe("a server with faults of system calls", () => {
  test("at its first start", { timeout: LONG }, async ({ skip }) => {
    if ("without" in library) return skip(library.without);
    const at = await injection(library.path, "first");
    const faults = await callsOfFirstStart(at);
    await tryAll("a first start", faults, (fault) => firstStart({ ...at, fault }));
  });

  test("while it works", { timeout: LONG }, async ({ skip }) => {
    if ("without" in library) return skip(library.without);
    const at = await injection(library.path, "running");
    const faults = await callsOfRunning(at, template);
    await tryAll("a server at work", faults, (fault) => running({ ...at, fault }, template));
  });

  test("while it compacts a database", { timeout: LONG }, async ({ skip }) => {
    if ("without" in library) return skip(library.without);
    const at = await injection(library.path, "compacting");
    const faults = await callsOfRunning(at, template, COMPACTION);
    await tryAll("an online compaction", faults, (fault) =>
      running({ ...at, fault }, template, COMPACTION),
    );
  });

  test("that strike the last page of a commit ends itself, and loses nothing", {
    timeout: LONG,
  }, async ({ skip }) => {
    if ("without" in library) return skip(library.without);
    const at = await injection(library.path, "last page");
    for (let write = 1; ; write++) {
      const fault = { call: "write", at: write, deed: "ENOSPC", forEver: true } as const;
      const { wrong, hasGivenUp } = await running({ ...at, fault }, template);
      expect(wrong).toEqual([]);
      if (hasGivenUp) break;
      // a commit of one log has fewer pages
      expect(write).toBeLessThan(9);
    }
  });
});
