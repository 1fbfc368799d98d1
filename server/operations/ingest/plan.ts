// Plans the way of a log through a pipeline. The plan is complete before anything is stored, so a pipeline that can't be
// carried out stores nothing by halves.

import { FlowgError } from "../../platform/errors.js";
import type { Flow } from "../../records/config/flow.js";
import { routeOf } from "../../records/config/route.js";

/**
 * The streams that the log is to be stored in, one for each router node.
 * @throws NOT_FOUND if the pipeline has no direct source, NOT_IMPLEMENTED for nodes that are not routers
 */
export function planIngest(pipeline: string, flow: Flow): string[] {
  const { streams, obstacles } = routeOf(flow);
  const [obstacle] = obstacles;
  if (obstacle === undefined) return streams;
  const { code, what, hint, node } = obstacle;
  throw new FlowgError(code, `pipeline ${JSON.stringify(pipeline)} ${what}`, {
    hint,
    ...(node === undefined ? {} : { details: { node } }),
  });
}
