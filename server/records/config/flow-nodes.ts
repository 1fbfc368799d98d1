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
