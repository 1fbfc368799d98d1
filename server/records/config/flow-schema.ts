// Checks a pipeline's flow graph. The schema takes what FlowG's clients send: keys it doesn't know are dropped, missing ones get
// FlowG's zero values.

import * as z from "zod";
import { FlowgError } from "../../platform/errors.js";
import { parseFilter } from "../logs/filter.js";
import { nameProblem } from "../names.js";
import { type Flow, object, sorted } from "./flow.js";
import { findCycle } from "./flow-cycle.js";
import { NODE_DATA, NODE_TYPES, type NodeType } from "./flow-nodes.js";

/** The nodes that pass logs on. */
const EDGE_STARTS: ReadonlySet<string> = new Set<NodeType>(["source", "transform", "switch"]);
const SOURCE_TYPES = ["direct", "syslog"];

const coordinate = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

const nodeSchema = z.object({
  id: z.string().min(1),
  type: z.enum(NODE_TYPES),
  position: z
    .object({ x: coordinate, y: coordinate })
    .nullish()
    .transform((position) => position ?? { x: 0, y: 0 }),
  data: z
    .record(z.string(), z.string())
    .nullish()
    .transform((data) => sorted(data ?? {})),
});

const edgeSchema = z.object({
  id: text,
  source: z.string(),
  sourceHandle: text,
  target: z.string(),
});

/** Renames the forwarders of version 2 to alerts. */
function withAlerts(flow: unknown): unknown {
  const { nodes } = object(flow);
  if (!Array.isArray(nodes)) return flow;
  const ours = nodes.map((node) => {
    const { type, data } = object(node);
    if (type !== "forwarder") return node;
    const { forwarder, ...others } = object(data);
    return { ...object(node), type: "alert", data: { ...others, alert: forwarder ?? "" } };
  });
  return { ...object(flow), nodes: ours };
}

const flowForm = z
  .object({
    version: z
      .union([z.literal(0), z.literal(1), z.literal(2)], {
        error: "only versions 1 and 2 are known",
      })
      .nullish()
      .transform(() => 1),
    nodes: z
      .array(nodeSchema)
      .nullish()
      .transform((nodes) => nodes ?? []),
    edges: z
      .array(edgeSchema)
      .nullish()
      .transform((edges) => edges ?? []),
  })
  .superRefine((flow, context) => {
    for (const { path, message } of flowProblems(flow))
      context.addIssue({ code: "custom", path, message });
  });

export const flowSchema = z.preprocess(withAlerts, flowForm);

interface Problem {
  path: (string | number)[];
  message: string;
}

function flowProblems({ nodes, edges }: Omit<Flow, "version">): Problem[] {
  const problems: Problem[] = [];
  const types = new Map<string, string>();
  for (const [i, node] of nodes.entries()) {
    if (types.has(node.id)) {
      problems.push({
        path: ["nodes", i, "id"],
        message: `two nodes have the id ${quote(node.id)}`,
      });
    }
    types.set(node.id, node.type);
    const key = NODE_DATA[node.type as NodeType];
    const message = dataProblem(node.type as NodeType, node.data[key] ?? "");
    if (message) problems.push({ path: ["nodes", i, "data", key], message });
  }
  const ids = new Set<string>();
  for (const [i, { id, source, target }] of edges.entries()) {
    if (id !== "" && ids.has(id))
      problems.push({ path: ["edges", i, "id"], message: `two edges have the id ${quote(id)}` });
    ids.add(id);
    for (const [end, node] of Object.entries({ source, target })) {
      if (!types.has(node))
        problems.push({ path: ["edges", i, end], message: `there is no node ${quote(node)}` });
    }
    const type = types.get(source);
    if (type !== undefined && !EDGE_STARTS.has(type)) {
      const message = `no edge can start at ${quote(source)}: a ${type} node passes no logs on`;
      problems.push({ path: ["edges", i, "source"], message });
    }
  }
  const cycle = findCycle(edges);
  if (cycle) {
    const message = `logs would go round for ever: ${cycle.map(quote).join(" → ")}`;
    problems.push({ path: ["edges"], message });
  }
  return problems;
}

/** A missing value is fine: a flow can be saved while it is being drawn. */
function dataProblem(type: NodeType, value: string): string | undefined {
  if (value === "") return undefined;
  if (type === "source") {
    return SOURCE_TYPES.includes(value) ? undefined : `a source is direct or syslog`;
  }
  if (type !== "switch") {
    const problem = nameProblem(value);
    return problem && `the name ${problem}`;
  }
  try {
    parseFilter(value);
    return undefined;
  } catch (error) {
    if (error instanceof FlowgError) return error.message;
    throw error;
  }
}

const quote = (value: string): string => JSON.stringify(value);
