// Leads a log along its plan. It gathers the entries to store, the alerts to call and the failures. Branches run side by side,
// and a failure of one doesn't stop the others.

import { FlowgError } from "../../platform/errors.js";
import { MOST_STEPS, type Place, type Plan, type Step } from "../../records/config/plan.js";
import type { Recipient } from "../../records/config/recipient.js";
import { type Filter, matchesFilter } from "../../records/logs/filter.js";
import { type Fields, WrittenFields } from "../../records/logs/written-fields.js";
import type { LeftLogs } from "../transform/transformers.js";
import { END_BYTES, ENTRIES_BYTES, memoryOf, noRoom, type RequestRoom } from "./log-room.js";

/** A log at a step of its plan. */
interface Underway {
  fields: Fields | WrittenFields;
  /** The pipelines that it is in, the outermost first. */
  within: readonly string[];
  /** The same for all steps that the same fields come to. */
  held: Held;
}

/** Whether an entry or a call needs the fields after the walk. */
interface Held {
  isKept: boolean;
}

interface End {
  fields: Fields | WrittenFields;
  within: readonly string[];
  at: Place;
}

export interface ToStore extends End {
  stream: string;
}

export interface ToCall extends End {
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
  /** What its entries take while they are written, about. Of one small entry it is 0. */
  bytes: number;
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

export interface Walking {
  runScript: RunScript;
  /** What scripts make of the log takes its bytes from there. */
  room: RequestRoom;
  onNode?: OnNode | undefined;
}

interface Walk extends Outcome, Walking {
  /** The nodes that logs come to besides those of the plan, because a script made several logs of one. */
  moreSteps: number;
  /** Why the log comes to no more streams and alerts. It is made once, since it may hold in thousands of places. */
  refusal: FlowgError | undefined;
}

/** Returns a promise only where a script must be waited for, because promises cost much when thousands of logs come at once. */
export function walkPlan(
  { pipeline, steps }: Plan,
  fields: Fields | WrittenFields,
  { runScript, room, onNode }: Walking,
): Outcome | Promise<Outcome> {
  const entered = new Set([pipeline]);
  // written out: a copy of another object costs much where thousands of logs come at once
  const walk: Walk = {
    entries: [],
    calls: [],
    failures: [],
    entered,
    bytes: 0,
    moreSteps: 0,
    refusal: undefined,
    runScript,
    room,
    onNode,
  };
  const scripts = follow(steps, { fields, within: [pipeline], held: { isKept: true } }, walk);
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
      addFailure({ at: step.at, within: log.within, error }, outcome);
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
      addEntry(step, log, outcome);
      outcome.onNode?.(step.at, log.fields, ENDED);
      return undefined;
    case "call": {
      const { at, alert, recipient } = step;
      const { fields, within, held } = log;
      if (outcome.calls.length > 0) takeEnd(`alert ${JSON.stringify(alert)}`, outcome);
      outcome.calls.push({ fields, within, at, alert, recipient });
      held.isKept = true;
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
  const sizes = logs.map(memoryOf);
  outcome.room.take(
    sizes.reduce((sum, size) => sum + size, 0),
    name,
  );
  outcome.moreSteps += moreSteps;
  outcome.onNode?.(step.at, log.fields, { output: [...logs], error: undefined });
  for (const [i, fields] of logs.entries()) {
    const held = { isKept: false };
    await follow(step.next, { fields, within: log.within, held }, outcome);
    if (!held.isKept) outcome.room.give(sizes[i] as number);
  }
}

/** @throws INPUT_TOO_LARGE, BUSY */
function addEntry(
  { at, stream }: Extract<Step, { kind: "store" }>,
  { fields, within, held }: Underway,
  outcome: Walk,
): void {
  const { entries } = outcome;
  // one entry of a log takes no more than the log; it is the next ones that add up
  if (entries.length > 0) {
    if (entries.length === 1) outcome.bytes = memoryOf((entries[0] as ToStore).fields);
    const bytes = outcome.bytes + memoryOf(fields);
    const what = `stream ${JSON.stringify(stream)}`;
    if (bytes > ENTRIES_BYTES) {
      outcome.refusal ??= new FlowgError(
        "INPUT_TOO_LARGE",
        `${what}: with it, the entries of this log take more than ${ENTRIES_BYTES / 1024 / 1024} MiB`,
        { hint: "make the log smaller, or lead it to fewer streams" },
      );
      throw outcome.refusal;
    }
    takeEnd(what, outcome);
    outcome.bytes = bytes;
  } else if (fields instanceof WrittenFields) outcome.bytes = fields.json.byteLength;
  entries.push({ fields, within, at, stream });
  held.isKept = true;
}

/** @throws INPUT_TOO_LARGE, BUSY */
function takeEnd(what: string, outcome: Walk): void {
  const lacking = outcome.room.tryTake(END_BYTES);
  if (lacking === undefined) return;
  outcome.refusal ??= noRoom(lacking, what);
  throw outcome.refusal;
}

/** Where logs fail in so many places that the request has no room for more, one failure of each log is kept. */
function addFailure(failure: Failure, { failures, room }: Walk): void {
  if (failures.length === 0 || room.tryTakeFailure()) failures.push(failure);
}

const passes = (filter: Filter, fields: Fields | WrittenFields): boolean =>
  fields instanceof WrittenFields ? fields.passes(filter) : matchesFilter(filter, fields);

const ENDED = { output: null, error: undefined } as const;

export const parsed = (fields: Fields | WrittenFields): Fields =>
  fields instanceof WrittenFields ? fields.parsed : fields;
