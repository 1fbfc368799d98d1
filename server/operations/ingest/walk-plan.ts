// Leads a log along its plan. It gathers the entries to store, the alerts to call and the failures. Branches run side by side,
// and a failure of one doesn't stop the others.

import { FlowgError } from "../../platform/errors.js";
import { MOST_STEPS, type Place, type Plan, type Step } from "../../records/config/plan.js";
import type { Recipient } from "../../records/config/recipient.js";
import { type Filter, matchesFilter } from "../../records/logs/filter.js";
import { type Fields, WrittenFields } from "../../records/logs/written-fields.js";
import type { LeftLogs } from "../transform/transformers.js";

/** A log at a step of its plan. */
interface Underway {
  fields: Fields | WrittenFields;
  /** The pipelines that it is in, the outermost first. */
  within: readonly string[];
}

export interface ToStore extends Underway {
  at: Place;
  stream: string;
}

export interface ToCall extends Underway {
  at: Place;
  alert: string;
  recipient: Recipient;
}

export interface Failure {
  at: Place;
  within: readonly string[];
  error: unknown;
}

export interface Outcome {
  entries: ToStore[];
  calls: ToCall[];
  failures: Failure[];
  /** Pipelines that the log came into. */
  entered: Set<string>;
}

/** Runs a script on a log's fields, which may leave several logs, or none. @param name for its errors: `transformer "parse"` */
export type RunScript = (
  name: string,
  script: string,
  fields: Fields | WrittenFields,
) => Promise<LeftLogs>;

/** Hears of each node that a log came to, what left the node (null where the log went no further), and the node's own error. */
export type OnNode = (
  at: Place,
  input: Fields | WrittenFields,
  left: { output: (Fields | WrittenFields)[] | null; error: unknown },
) => void;

interface Walk extends Outcome {
  /** The nodes that logs come to besides those of the plan, because a script made several logs of one. */
  moreSteps: number;
  runScript: RunScript;
  onNode?: OnNode | undefined;
}

/** Returns a promise only where a script must be waited for, because promises cost much when thousands of logs come at once. */
export function walkPlan(
  { pipeline, steps }: Plan,
  fields: Fields | WrittenFields,
  runScript: RunScript,
  onNode?: OnNode,
): Outcome | Promise<Outcome> {
  const entered = new Set([pipeline]);
  // written out: a copy of another object costs much where thousands of logs come at once
  const walk: Walk = {
    entries: [],
    calls: [],
    failures: [],
    entered,
    moreSteps: 0,
    runScript,
    onNode,
  };
  const scripts = follow(steps, { fields, within: [pipeline] }, walk);
  return scripts === undefined ? walk : scripts.then(() => walk);
}

function follow(
  steps: readonly Step[],
  log: Underway,
  outcome: Walk,
): Promise<unknown> | undefined {
  const scripts: Promise<unknown>[] = [];
  for (const step of steps) {
    const failed = (error: unknown) => {
      outcome.onNode?.(step.at, log.fields, { output: null, error });
      outcome.failures.push({ at: step.at, within: log.within, error });
    };
    try {
      const script = carryOut(step, log, outcome);
      if (script) scripts.push(script.catch(failed));
    } catch (error) {
      failed(error);
    }
  }
  return scripts.length === 0 ? undefined : Promise.all(scripts);
}

function carryOut(step: Step, log: Underway, outcome: Walk): Promise<unknown> | undefined {
  switch (step.kind) {
    case "store":
      outcome.entries.push({ ...log, at: step.at, stream: step.stream });
      outcome.onNode?.(step.at, log.fields, ENDED);
      return undefined;
    case "call": {
      const { at, alert, recipient } = step;
      outcome.calls.push({ ...log, at, alert, recipient });
      outcome.onNode?.(at, log.fields, ENDED);
      return undefined;
    }
    case "switch":
      if (!passes(step.filter, log.fields)) {
        outcome.onNode?.(step.at, log.fields, ENDED);
        return undefined;
      }
      outcome.onNode?.(step.at, log.fields, { output: [log.fields], error: undefined });
      return follow(step.next, log, outcome);
    case "transform":
      return transform(step, log, outcome);
    case "enter": {
      outcome.entered.add(step.pipeline);
      outcome.onNode?.(step.at, log.fields, ENDED);
      const within = [...log.within, step.pipeline];
      return follow(step.next, { ...log, within }, outcome);
    }
    case "obstacle": {
      const { at, code, what, hint } = step.obstacle;
      const of = `pipeline ${JSON.stringify(at.pipeline)}`;
      throw new FlowgError(code, `${of} ${what}`, { hint });
    }
  }
}

async function transform(
  step: Extract<Step, { kind: "transform" }>,
  log: Underway,
  outcome: Walk,
): Promise<void> {
  const name = `transformer ${JSON.stringify(step.transformer)}`;
  const logs = await outcome.runScript(name, step.script, log.fields);
  const moreSteps = Math.max(0, logs.length - 1) * step.weight;
  // logs that are refused come to no node, and take no other branch's room
  if (outcome.moreSteps + moreSteps > MOST_STEPS) {
    throw new FlowgError(
      "INPUT_INVALID",
      `${name}: it makes ${logs.length} logs of one, which would come to more than ${MOST_STEPS} nodes`,
      { hint: "let it make fewer, or lead them to fewer nodes" },
    );
  }
  outcome.moreSteps += moreSteps;
  outcome.onNode?.(step.at, log.fields, { output: [...logs], error: undefined });
  for (const fields of logs) await follow(step.next, { ...log, fields }, outcome);
}

const passes = (filter: Filter, fields: Fields | WrittenFields): boolean =>
  fields instanceof WrittenFields ? fields.passes(filter) : matchesFilter(filter, fields);

const ENDED = { output: null, error: undefined } as const;

export const parsed = (fields: Fields | WrittenFields): Fields =>
  fields instanceof WrittenFields ? fields.parsed : fields;
