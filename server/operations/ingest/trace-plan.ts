// Leads records along a plan, and reports what each node did. It stores nothing, and calls no alert.

import { FlowgError } from "../../platform/errors.js";
import type { Plan } from "../../records/config/plan.js";
import type { Fields } from "../../records/logs/written-fields.js";
import type { Transformers } from "../transform/transformers.js";
import { parsed, walkPlan } from "./walk-plan.js";

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
}

/** An answer has about this many steps at most. */
const MOST_TRACED = 10_000;

/**
 * Traces records.
 * @returns what came to each node of the plan's own flow, and the last record's error
 * @throws INPUT_TOO_LARGE
 */
export async function tracePlan(
  plan: Plan,
  { source, records, transformers }: Trial,
): Promise<{ trace: NodeTrace[]; error: string | undefined }> {
  const trace: NodeTrace[] = [];
  let error: string | undefined;
  for (const record of records) {
    if (trace.length > MOST_TRACED) {
      throw new FlowgError(
        "INPUT_TOO_LARGE",
        `the records come to more than ${MOST_TRACED} nodes`,
        {
          hint: "try fewer records at a time",
        },
      );
    }
    const { failures } = await walkPlan(
      plan,
      record,
      (_, script, fields) => transformers.tryOut(script, parsed(fields)),
      (at, input, left) => {
        if (at.pipeline !== plan.pipeline || at.node === undefined) return;
        const output = left.output?.map(parsed) ?? null;
        trace.push({ nodeID: at.node, input: parsed(input), output, error: textOf(left.error) });
      },
    );
    const failed = failures.map((failure) => textOf(failure.error)).filter((text) => text !== null);
    const own = failed.length === 0 ? null : failed.join("; ");
    if (source !== undefined)
      trace.push({ nodeID: source, input: record, output: [record], error: own });
    error = own ?? error;
  }
  return { trace, error };
}

/**
 * The error's text.
 * @throws an error that isn't the flow's
 */
function textOf(error: unknown): string | null {
  if (error === undefined) return null;
  if (error instanceof FlowgError) return error.message;
  throw error;
}
