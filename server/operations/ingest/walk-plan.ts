// Leads a log along its plan. Branches go side by side, and one that fails stops no other: this gathers the entries to be
// stored and the failures.

import { FlowgError } from "../../platform/errors.js";
import type { Place, Step } from "../../records/config/plan.js";
import { matchesFilter } from "../../records/logs/filter.js";
import { type Fields, WrittenFields } from "../../records/logs/written-fields.js";

/** A log at a place of its way. */
interface Underway {
  fields: Fields | WrittenFields;
  /** The pipelines that it is in, the outermost first. */
  within: readonly string[];
}

export interface ToStore extends Underway {
  at: Place;
  stream: string;
}

export interface Failure {
  at: Place;
  within: readonly string[];
  error: unknown;
}

export interface Outcome {
  entries: ToStore[];
  failures: Failure[];
  /** Pipelines that the log came into. */
  entered: Set<string>;
}

export async function walkPlan(
  pipeline: string,
  steps: readonly Step[],
  fields: Fields | WrittenFields,
): Promise<Outcome> {
  const outcome: Outcome = { entries: [], failures: [], entered: new Set([pipeline]) };
  await follow(steps, { fields, within: [pipeline] }, outcome);
  return outcome;
}

async function follow(steps: readonly Step[], log: Underway, outcome: Outcome): Promise<void> {
  await Promise.all(
    steps.map(async (step) => {
      try {
        await carryOut(step, log, outcome);
      } catch (error) {
        outcome.failures.push({ at: step.at, within: log.within, error });
      }
    }),
  );
}

async function carryOut(step: Step, log: Underway, outcome: Outcome): Promise<void> {
  switch (step.kind) {
    case "store":
      outcome.entries.push({ ...log, at: step.at, stream: step.stream });
      return;
    case "switch":
      if (matchesFilter(step.filter, parsed(log.fields))) await follow(step.next, log, outcome);
      return;
    case "enter": {
      outcome.entered.add(step.pipeline);
      const within = [...log.within, step.pipeline];
      await follow(step.next, { ...log, within }, outcome);
      return;
    }
    case "obstacle": {
      const { at, code, what, hint } = step.obstacle;
      const of = `pipeline ${JSON.stringify(at.pipeline)}`;
      throw new FlowgError(code, `${of} ${what}`, { hint });
    }
  }
}

const parsed = (fields: Fields | WrittenFields): Fields =>
  fields instanceof WrittenFields ? fields.parsed : fields;
