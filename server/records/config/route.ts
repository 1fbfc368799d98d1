// Follows a log through a pipeline, from its direct source along the edges. This is the one place that decides what this
// server can carry out: it refuses logs, and it warns everybody who looks at a configuration beforehand.

import type { ErrorCode } from "../../platform/errors.js";
import type { Flow, FlowNode } from "./flow.js";

/** An obstacle keeps logs from getting through a pipeline. */
export interface Obstacle {
  /** The answer to each log. */
  code: Extract<ErrorCode, "NOT_FOUND" | "NOT_IMPLEMENTED" | "INPUT_INVALID">;
  /** `has no direct source` */
  what: string;
  hint: string;
  /** The type of the node. */
  node?: string;
}

export interface Route {
  /** The streams that the log is to be stored in, one for each router node. */
  streams: string[];
  /** Any of them, and the log is not stored at all. */
  obstacles: Obstacle[];
}

export function routeOf({ nodes, edges }: Flow): Route {
  // as in FlowG, the last of several sources counts
  const source = nodes.findLast(
    ({ type, data }) => type === "source" && (data.type ?? "direct") === "direct",
  );
  if (source === undefined) {
    const hint = "add a source node of type direct";
    return {
      streams: [],
      obstacles: [{ code: "NOT_FOUND", what: "has no direct source", hint }],
    };
  }
  const targets = new Set(
    edges.filter((edge) => edge.source === source.id).map((edge) => edge.target),
  );
  const reached = nodes.filter(({ id }) => targets.has(id));
  return {
    streams: reached.flatMap(({ type, data }) =>
      type === "router" && data.stream ? [data.stream] : [],
    ),
    obstacles: reached.flatMap((node) => obstacleAt(node) ?? []),
  };
}

function obstacleAt({ id, type, data }: FlowNode): Obstacle | undefined {
  const node = `node ${JSON.stringify(id)}`;
  if (type !== "router") {
    return {
      code: "NOT_IMPLEMENTED",
      what: `leads to ${node} of type ${JSON.stringify(type)}, which this server cannot carry out`,
      hint: "nothing was stored; lead the pipeline's source straight to router nodes",
      node: type,
    };
  }
  if (data.stream) return undefined;
  const hint = "give it a stream";
  return { code: "INPUT_INVALID", what: `leads to router ${node}, which names no stream`, hint };
}
