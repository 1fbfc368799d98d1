// One command, tried with one fault after the other: each in a copy of the same directory, with a look at what came of it,
// and a clean run after it that must succeed and leave nothing over.

import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { flowg } from "../cli/flowg.js";
import { faultsOf, type Part, type Parts } from "./judge.js";
import { callsOf, flowgWithFault, hitsOf, type Injection } from "./library.js";
import { Looker, type Places, type Seen } from "./look.js";
import { allFaults, type Planned } from "./plan.js";

export interface Scenario {
  /** What is there before; copied for each run. */
  template: string;
  /** The command, given the copy. */
  words(root: string): string[];
  places(root: string): Places;
  /** What the command needs besides. */
  env?: Record<string, string>;
  /** What of the seen is the result. */
  result: keyof Seen;
  /** Which parts of the result an error says are new. */
  toldNew(message: string): string[] | undefined;
  /** A killed run may leave some parts old and some new: the next clean run makes all new. */
  mayBeMixed: boolean;
}

/** A scenario and what its run without faults is like. */
export interface Tried {
  faults: Planned[];
  try(fault: Planned): Promise<{ wrong: string[]; hits: number }>;
  [Symbol.dispose](): void;
}

export async function prepare(
  scenario: Scenario,
  { library, space }: { library: string; space: string },
): Promise<Tried> {
  const looker = new Looker();
  const free: string[] = [];
  let made = 0;

  async function place(): Promise<Injection> {
    const beside = free.pop() ?? join(space, String(made++));
    const root = join(beside, "root");
    await rm(root, { recursive: true, force: true });
    await mkdir(beside, { recursive: true });
    await cp(scenario.template, root, { recursive: true });
    return { library, root, beside };
  }

  const clean = await place();
  const before = (await looker.look(scenario.places(clean.root)))[scenario.result];
  const { env = {} } = scenario;
  const ran = await flowgWithFault(scenario.words(clean.root), clean, env);
  if (ran.code !== 0) throw new Error(`it fails without faults: ${ran.stderr}`);
  const faults = allFaults(await callsOf(clean));
  const after = (await looker.look(scenario.places(clean.root)))[scenario.result];
  // a second time, as after each run with a fault
  await flowg(scenario.words(clean.root), { env });
  const names = await namesBelow(clean.root);

  async function partsAt(root: string): Promise<Parts> {
    const seen = (await looker.look(scenario.places(root)))[scenario.result];
    const parts: Parts = {};
    for (const [name, found] of Object.entries(seen)) {
      parts[name] = partOf(found, { before: before[name], after: after[name] });
    }
    return parts;
  }

  return {
    faults,
    async try(fault) {
      const injection = { ...(await place()), fault };
      const { root, beside } = injection;
      const ran = await flowgWithFault(scenario.words(root), injection, env);
      const hits = await hitsOf(injection);
      const { mayBeMixed, toldNew } = scenario;
      const wrong: string[] = [];
      try {
        const parts = await partsAt(root);
        wrong.push(...faultsOf({ fault, ran, parts, mayBeMixed, toldNew }));
        const again = await flowg(scenario.words(root), { env });
        if (again.code !== 0) {
          wrong.push(`the next run fails: ${again.signal ?? again.code}: ${again.stderr}`);
        } else {
          const left = (await namesBelow(root)).filter((name) => !names.includes(name));
          if (left.length > 0) wrong.push(`left over: ${left.join(", ")}`);
          const isNew = Object.values(await partsAt(root)).every((part) => part === "new");
          if (!isNew) wrong.push("the next run doesn't make everything new");
        }
      } catch (error) {
        wrong.push((error as Error).message);
      }
      free.push(beside);
      return { wrong: wrong.map((text) => `${fault.name}: ${text}`), hits };
    },
    [Symbol.dispose]: () => looker[Symbol.dispose](),
  };
}

/** A new backup is of another set each time: it is new where it is whole and not what was there before. */
function partOf(
  found: string,
  { before, after }: Record<"before" | "after", string | undefined>,
): Part {
  if (found === before) return "old";
  const isFile = /^[0-9a-f-]{36} /.test(after ?? "");
  return found === after || (isFile && /^[0-9a-f-]{36} /.test(found)) ? "new" : found;
}

async function namesBelow(root: string): Promise<string[]> {
  return (await readdir(root, { recursive: true })).sort();
}
