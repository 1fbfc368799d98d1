// Refuses to save a flow that names items which don't exist, or would lead logs round for ever. A restore keeps such flows, and
// warns of them.

import { FlowgError } from "../../platform/errors.js";
import { issueSentence } from "../../platform/messages/sentences.js";
import type { Flow } from "./flow.js";
import { NODE_DATA, type NodeType } from "./flow-nodes.js";
import { type Items, planOf } from "./plan.js";

/** The kinds of items that nodes refer to by name, by the node's type. A stream exists once something is stored in it. */
const REFERENCES = { transform: "transformer", pipeline: "pipeline", alert: "alert" } as const;

export type Referenced = (typeof REFERENCES)[keyof typeof REFERENCES];

interface Stored extends Items {
  has(kind: Referenced, name: string): boolean;
}

/**
 * @param stored all items, this flow among them
 * @throws INPUT_INVALID, its details hold the `issues`: path and message of each
 */
export function demandWhole(pipeline: string, flow: Flow, stored: Stored): void {
  const missing = flow.nodes.flatMap(({ type, data }, i) => {
    const key = NODE_DATA[type as NodeType];
    const kind = REFERENCES[type as keyof typeof REFERENCES];
    const name = kind && data[key];
    if (!name || stored.has(kind, name)) return [];
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
