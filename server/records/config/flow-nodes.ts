// The types of nodes in flows.

/** By type, the key of a node's `data` that says what the node works with. */
export const NODE_DATA = {
  source: "type",
  transform: "transformer",
  switch: "condition",
  pipeline: "pipeline",
  alert: "alert",
  router: "stream",
} as const;

export type NodeType = keyof typeof NODE_DATA;
export const NODE_TYPES = Object.keys(NODE_DATA) as [NodeType, ...NodeType[]];

export const isNodeType = (type: unknown): type is NodeType =>
  (NODE_TYPES as unknown[]).includes(type);

/** The kinds of items that nodes refer to by name, by the node's type. A stream exists once something is stored in it. */
const REFERENCES = { transform: "transformer", pipeline: "pipeline", alert: "alert" } as const;

export type Referenced = (typeof REFERENCES)[keyof typeof REFERENCES];

export interface Reference {
  /** The key of the node's `data` that holds the name. */
  key: string;
  kind: Referenced;
  name: string;
}

/** The item that a node refers to; undefined if it refers to none. */
export function referenceOf(node: {
  type: string;
  data: Record<string, string>;
}): Reference | undefined {
  const type = node.type as keyof typeof REFERENCES;
  const kind = REFERENCES[type];
  const key = NODE_DATA[type];
  const name = kind && node.data[key];
  return name ? { key, kind, name } : undefined;
}
