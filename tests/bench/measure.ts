// Runs steps, one after the other, in rounds, so that figures that are compared come from the same minutes.

import { fileURLToPath } from "node:url";
import { ONE_HEAP } from "../../cli/supervise.js";
import { ended, start, watchMemory } from "./children.js";
import type { Facts } from "./task.js";

export interface Step {
  /** The name by which rows call its facts: `verify.seconds`. */
  name: string;
  /** A module in `tasks/`; the name unless given. */
  task?: string;
  variant?: string;
  /** Tasks that make what it needs, anew each time. */
  before?: readonly string[];
  /** Only with the smallest database: it doesn't depend on its size. */
  smallest?: boolean;
  nodeFlags?: readonly string[];
}

/** The facts of all steps in one round, as `step.fact`. */
export type Round = Facts;

const RUN_TASK = fileURLToPath(new URL("./run-task.js", import.meta.url));

export async function runStep(
  step: Omit<Step, "before" | "smallest">,
  { home, count }: { home: string; count: number },
): Promise<Facts> {
  const { name, task = name, variant, nodeFlags = [] } = step;
  const input = JSON.stringify({ task, home, count, variant });
  const child = start([...nodeFlags, RUN_TASK, input], {
    stdio: ["ignore", "pipe", "inherit"],
    // as a command's process is started; a server's isn't
    env: { ...ONE_HEAP, ...process.env },
  });
  const memory = watchMemory(child);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await ended(child, name);
  return { memory: memory(), ...(JSON.parse(output) as Facts) };
}

export interface Measuring {
  steps: readonly Step[];
  home: string;
  count: number;
  runs: number;
  onStep: (round: number, name: string, facts: Facts) => void;
}

export async function measure({ steps, runs, onStep, ...where }: Measuring): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < runs; round++) {
    const found: Round = {};
    for (const { before = [], ...step } of steps) {
      for (const name of before) await runStep({ name }, where);
      const facts = await runStep(step, where);
      for (const [name, value] of Object.entries(facts)) found[`${step.name}.${name}`] = value;
      onStep(round, step.name, facts);
    }
    rounds.push(found);
  }
  return rounds;
}
