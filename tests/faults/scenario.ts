// Tries one command with one fault after the other, each in a copy of the same directory. It looks at the outcome, and then
// runs the command without faults, which must succeed and leave nothing over. After calls that change nothing on the disk, that
// run is made once for each state that they leave.

import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { flowg, type Ran } from "../cli/flowg.js";
import { faultsOf, type Part, type Parts } from "./judge.js";
import { callsOf, flowgWithFault, hitsOf, type Injection } from "./library.js";
import { Looker, type Places, type Seen } from "./look.js";
import { allFaults, isLasting, type Planned } from "./plan.js";
import { orphansIn, undoFaults } from "./undo-files.js";

export interface Scenario {
  /** What is there before; copied for each run. */
  template: string;
  /** The command, given the copy. */
  words(root: string): string[];
  places(root: string): Places;
  /** What the command needs besides. */
  env?: Record<string, string>;
  /** What of the seen is the result. */
  result: Exclude<keyof Seen, "undo">;
  /** Which parts of the result an error says are new. */
  toldNew(message: string): string[] | undefined;
  /** A killed run may leave some parts old and some new: the next clean run makes all new. */
  mayBeMixed: boolean;
  /** Below these another scenario makes the same calls, and has all their faults: here are some. */
  shared?: string;
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
  const seenBefore = await looker.look(scenario.places(clean.root));
  const { [scenario.result]: before } = seenBefore;
  const { env = {} } = scenario;
  const ran = await flowgWithFault(scenario.words(clean.root), clean, env);
  if (ran.code !== 0) throw new Error(`it fails without faults: ${ran.stderr}`);
  const faults = allFaults(await callsOf(clean)).filter(isChosen(scenario.shared));
  const seenAfter = await looker.look(scenario.places(clean.root));
  const { [scenario.result]: after } = seenAfter;
  // a second time, as after each run with a fault
  await flowg(scenario.words(clean.root), { env });
  const names = await namesBelow(clean.root);

  function partsOf(seen: Seen): Parts {
    const parts: Parts = {};
    for (const [name, found] of Object.entries(seen[scenario.result])) {
      parts[name] = partOf(found, { before: before[name], after: after[name] });
    }
    return parts;
  }

  /** What the next runs found, by what was there before them. */
  const known = new Map<string, string[]>();

  async function nextRun(root: string): Promise<string[]> {
    const again = await flowg(scenario.words(root), { env });
    if (again.code !== 0)
      return [`the next run fails: ${again.signal ?? again.code}: ${again.stderr}`];
    const wrong: string[] = [];
    const left = (await namesBelow(root)).filter((name) => !names.includes(name));
    if (left.length > 0) wrong.push(`left over: ${left.join(", ")}`);
    const seen = await looker.look(scenario.places(root));
    const isNew = Object.values(partsOf(seen)).every((part) => part === "new");
    if (!isNew) wrong.push("the next run doesn't make everything new");
    if (orphansIn(seen) > 0) wrong.push("left over: undo files of restores that never were");
    return wrong;
  }

  async function judge(fault: Planned, { ran, root }: { ran: Ran; root: string }) {
    const { mayBeMixed, toldNew } = scenario;
    const seen = await looker.look(scenario.places(root));
    const parts = partsOf(seen);
    const wrong = [
      ...faultsOf({ fault, ran, parts, mayBeMixed, toldNew }),
      ...undoFaults(seen, { before: seenBefore, after: seenAfter, parts }),
    ];
    if (isLasting(fault)) return [...wrong, ...(await nextRun(root))];
    const state = JSON.stringify([parts, await namesBelow(root), orphansIn(seen)]);
    const found = known.get(state) ?? (await nextRun(root));
    known.set(state, found);
    return [...wrong, ...found];
  }

  return {
    faults,
    async try(fault) {
      const injection = { ...(await place()), fault };
      const { root, beside } = injection;
      const ran = await flowgWithFault(scenario.words(root), injection, env);
      const hits = await hitsOf(injection);
      const wrong = await judge(fault, { ran, root }).catch((error: Error) => [error.message]);
      free.push(beside);
      return { wrong: wrong.map((text) => `${fault.name}: ${text}`), hits };
    },
    [Symbol.dispose]: () => looker[Symbol.dispose](),
  };
}

const OF_SHARED = 5;

function isChosen(shared: string | undefined): (fault: Planned) => boolean {
  let seen = 0;
  return ({ name }) =>
    shared === undefined || !name.includes(`(${shared}`) || seen++ % OF_SHARED === 0;
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

/** Each restore has an undo file of its own name. */
async function namesBelow(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true });
  const masked = names.map((name) => name.replace(/[^/]*\.undo$/, "*.undo"));
  return [...new Set(masked)].sort();
}
