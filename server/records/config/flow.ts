// A pipeline's flow graph, version 1: nodes, and edges that lead logs from one to the next.

import { storedVersion } from "./stored-version.js";

export interface FlowNode {
  id: string;
  /** A NodeType. Flows that were restored from elsewhere may hold other texts. */
  type: string;
  position: { x: number; y: number };
  data: Record<string, string>;
}

export interface FlowEdge {
  id: string;
  source: string;
  sourceHandle: string;
  target: string;
}

/** A flow as it is stored and answered, its keys in FlowG's order. */
export interface Flow {
  version: number;
  nodes: FlowNode[];
  edges: FlowEdge[];
}

/** Clients may send this: a flow as it was read, or with parts missing. The schema judges the rest. */
export interface FlowInput {
  version?: number | null | undefined;
  nodes?: readonly (Pick<FlowNode, "id" | "type"> & Absent<FlowNode>)[] | null | undefined;
  edges?: readonly (Pick<FlowEdge, "source" | "target"> & Absent<FlowEdge>)[] | null | undefined;
}
type Absent<T> = { [Key in keyof T]?: T[Key] | null | undefined };

/**
 * Reads any stored flow. One that was restored from elsewhere can hold more, or less, than ours: unknown keys are dropped,
 * missing ones get their zero values.
 */
export function readFlow(stored: unknown): Flow {
  const flow = object(stored);
  return {
    version: storedVersion(flow.version),
    nodes: array(flow.nodes).map((value) => {
      const node = object(value);
      const position = object(node.position);
      return {
        id: string(node.id),
        type: string(node.type),
        position: { x: number(position.x), y: number(position.y) },
        data: strings(node.data),
      };
    }),
    edges: array(flow.edges).map((value) => {
      const edge = object(value);
      return {
        id: string(edge.id),
        source: string(edge.source),
        sourceHandle: string(edge.sourceHandle),
        target: string(edge.target),
      };
    }),
  };
}

/** The value, if it is an object; else one without keys. */
export const object = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const array = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const string = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" ? value : 0);

/** The texts of an object, by name, as FlowG writes maps. */
export function strings(value: unknown): Record<string, string> {
  const pairs = Object.entries(object(value)).filter(([, text]) => typeof text === "string");
  return sorted(Object.fromEntries(pairs) as Record<string, string>);
}

/** Its names in the order in which FlowG writes them. */
export function sorted(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
}
