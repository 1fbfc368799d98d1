// Leads records along a plan, and reports what each node did. It stores nothing, and calls no alert.

import { FlowgError } from "../../platform/errors.js";
import type { Plan } from "../../records/config/plan.js";
import type { Fields } from "../../records/logs/written-fields.js";
import type { Transformers } from "../transform/transformers.js";
import { type LogRoom, memoryOf } from "./log-room.js";
import { type OnNode, parsed, type RunScript, walkPlan } from "./walk-plan.js";

/** A step of a trace, in FlowG's words. */
export interface NodeTrace {
  nodeID: string;
  input: Fields;
  /** The logs that left the node; null where the log went no further. */
  output: Fields[] | null;
  error: string | null;
}

export interface Trial {
  /** The node that the flow begins with; undefined if it has no source. */
  source: string | undefined;
  records: readonly Fields[];
  transformers: Transformers;
  room: LogRoom;
}

/** An answer has about this many steps at most. */
const MOST_TRACED = 10_000;
/** The answer has a log once for each node that it comes to, and so may be much larger than the records. */
const MOST_BYTES_TRACED = 16 * 1024 * 1024;

/**
 * Traces records.
 * @returns what came to each node of the plan's own flow, and the last record's error
 * @throws INPUT_TOO_LARGE
 */
export async function tracePlan(
  plan: Plan,
  { source, records, transformers, room: server }: Trial,
): Promise<{ trace: NodeTrace[]; error: string | undefined }> {
  const trace: NodeTrace[] = [];
  let bytes = 0;
  let error: string | undefined;
  const runScript: RunScript = (_, script, fields) => transformers.tryOut(script, parsed(fields));
  const onNode: OnNode = (at, input, left) => {
    if (at.pipeline !== plan.pipeline || at.node === undefined) return;
    for (const fields of [input, ...(left.output ?? [])]) bytes += memoryOf(fields);
    if (bytes > MOST_BYTES_TRACED) return;
    const output = left.output?.map(parsed) ?? null;
    trace.push({ nodeID: at.node, input: parsed(input), output, error: textOf(left.error) });
  };
  using room = server.forRequest();
  for (const record of records) {
    if (trace.length > MOST_TRACED) throw tooMuch(`come to more than ${MOST_TRACED} nodes`);
    const { failures } = await walkPlan(plan, record, { runScript, room, onNode });
    if (bytes > MOST_BYTES_TRACED)
      throw tooMuch(`make a trace of more than ${MOST_BYTES_TRACED / 1024 / 1024} MiB`);
    const failed = failures.map((failure) => textOf(failure.error)).filter((text) => text !== null);
    const own = failed.length === 0 ? null : failed.join("; ");
    if (source !== undefined)
      trace.push({ nodeID: source, input: record, output: [record], error: own });
    error = own ?? error;
  }
  return { trace, error };
}

const tooMuch = (what: string): FlowgError =>
  new FlowgError("INPUT_TOO_LARGE", `the records ${what}`, {
    hint: "try fewer records at a time, or smaller ones",
  });

/**
 * The error's text.
 * @throws an error that isn't the flow's
 */
function textOf(error: unknown): string | null {
  if (error === undefined) return null;
  if (error instanceof FlowgError) return error.message;
  throw error;
}
