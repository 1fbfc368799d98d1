// Refuses to save a flow that names items which don't exist, or would lead logs round for ever. A restore keeps such flows, and
// warns of them.

import { FlowgError } from "../../platform/errors.js";
import { issueSentence } from "../../platform/messages/sentences.js";
import type { Flow } from "./flow.js";
import { type Referenced, referenceOf } from "./flow-nodes.js";
import { type Items, planOf } from "./plan.js";

interface Stored extends Items {
  has(kind: Referenced, name: string): boolean;
}

/**
 * @param stored all items, this flow among them
 * @throws INPUT_INVALID, its details hold the `issues`: path and message of each
 */
export function demandWhole(pipeline: string, flow: Flow, stored: Stored): void {
  const missing = flow.nodes.flatMap((node, i) => {
    const reference = referenceOf(node);
    if (!reference || stored.has(reference.kind, reference.name)) return [];
    const { key, kind, name } = reference;
    return [{ path: `nodes[${i}].data.${key}`, message: `there is no ${kind} ${quote(name)}` }];
  });
  const issues = missing.length > 0 ? missing : faults(pipeline, flow, stored);
  const [first] = issues;
  if (first === undefined) return;
  throw new FlowgError("INPUT_INVALID", `the flow is wrong: ${issueSentence(first)}`, {
    details: { issues },
    ...(missing.length > 0 ? { hint: "save what it names first" } : {}),
  });
}

function faults(pipeline: string, flow: Flow, items: Items): { path: string; message: string }[] {
  const found = new Map<string, string>();
  for (const source of ["direct", "syslog"] as const) {
    const { obstacles } = planOf({ pipeline, flow, items, source });
    for (const { at, what, isFault, isRound } of obstacles) {
      // leave out the faults of other pipelines
      if (!isFault || !(at.pipeline === pipeline || isRound)) continue;
      const index = flow.nodes.findIndex(({ id }) => at.pipeline === pipeline && id === at.node);
      found.set(index < 0 ? "" : `nodes[${index}]`, `the pipeline ${quote(at.pipeline)} ${what}`);
    }
  }
  return [...found].map(([path, message]) => ({ path, message }));
}

const quote = (text: string): string => JSON.stringify(text);
