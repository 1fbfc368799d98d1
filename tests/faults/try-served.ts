// Tries the faults of a scenario that servers meet, with some servers at once.

import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { chosenOf, Told } from "./chosen.js";
import type { Injection } from "./library.js";
import type { Planned } from "./plan.js";
import { Served, type Work } from "./served.js";
import type { Outcome } from "./server.js";

const SHORT = 5;
const AT_ONCE = availableParallelism();
export const LONG = 12 * 3_600_000;

/** Tries one fault after the other. */
export interface Tries {
  try(fault: Planned): Promise<Outcome>;
  /** @returns what is wrong with what the last of them left */
  end(): Promise<string[]>;
}

export interface ServedScenario {
  library: string;
  /** The parent of its own directories. */
  space: string;
  template: string;
  newWork(beside: string): Work;
}

export async function tryServed(scenario: string, served: ServedScenario): Promise<void> {
  const { space, library, template, newWork } = served;
  const one = async (name: string) => {
    const at = await placeIn(space, { library, name });
    return new Served(at, template, () => newWork(at.beside));
  };
  const first = await one("0");
  await tryAll(scenario, await first.faults(), {
    tries: async (n) => (n === 0 ? first : await one(String(n))),
  });
}

/** Where a process has its files, and may meet faults. */
export async function placeIn(
  space: string,
  { library, name }: { library: string; name: string },
): Promise<Injection> {
  const beside = join(space, name);
  await mkdir(beside, { recursive: true });
  return { library, root: join(beside, "root"), beside };
}

export async function tryAll(
  scenario: string,
  faults: readonly Planned[],
  { tries }: { tries: (n: number) => Promise<Tries> },
): Promise<void> {
  const left = chosenOf(scenario, faults, SHORT);
  const { length } = left;
  const told = new Told(scenario, length);
  let hits = 0;
  const inTurn = async (_: unknown, n: number) => {
    if (left.length === 0) return;
    const own = await tries(n);
    for (let fault = left.shift(); fault; fault = left.shift()) {
      const outcome = await own.try(fault);
      told.one(outcome.wrong.map((text) => `${fault.name}: ${text}`));
      if (outcome.hits > 0) hits++;
    }
    told.wrong.push(...(await own.end()));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, inTurn));
  expect(told.wrong).toEqual([]);
  // how often a server looks at its files depends on the time it takes
  if (length > 0) expect(hits).toBeGreaterThan(length / 2);
}
