// Where a log that enters a pipeline goes: from its direct source along the edges. Everything is known before anything
// is stored, so that a pipeline which cannot be carried out stores nothing by halves.

import type { Flow } from "../config/flow.js";
import { FlowgError } from "../errors.js";

/**
 * The streams that the log is to be stored in, one a router node.
 * @throws NOT_FOUND if the pipeline has no direct source, NOT_IMPLEMENTED for nodes that are not routers
 */
export function planIngest(pipeline: string, { nodes, edges }: Flow): string[] {
  // as in FlowG, the last of several sources counts
  const source = nodes.findLast(
    ({ type, data }) => type === "source" && (data.type ?? "direct") === "direct",
  );
  if (source === undefined) {
    throw new FlowgError("NOT_FOUND", `pipeline ${JSON.stringify(pipeline)} has no direct source`, {
      hint: "add a source node of type direct",
    });
  }
  const targets = new Set(
    edges.filter((edge) => edge.source === source.id).map((edge) => edge.target),
  );
  return nodes
    .filter(({ id }) => targets.has(id))
    .map(({ type, data }) => {
      if (type !== "router") {
        throw new FlowgError("NOT_IMPLEMENTED", `this server cannot carry out ${type} nodes`, {
          hint: "nothing was stored; lead the pipeline's source straight to router nodes",
          details: { node: type },
        });
      }
      if (!data.stream) {
        throw new FlowgError("INPUT_INVALID", "a router node of the pipeline names no stream", {
          hint: "give it a stream",
        });
      }
      return data.stream;
    });
}
