// Tells, after an item was changed or deleted, which pipelines that name it no longer run.

import type { Reference } from "../records/config/flow-nodes.js";
import type { ScriptProblems } from "../records/config/script-problems.js";
import type { Caller, Services } from "./context.js";

/** Sentences for a caller who may read pipelines. */
export async function pipelinesWith(
  item: Pick<Reference, "kind" | "name">,
  { caller, services: { config } }: { caller: Caller; services: Pick<Services, "config"> },
  problems?: ScriptProblems,
): Promise<string[]> {
  if (!caller.scopes.has("read_pipelines")) return [];
  return await config.warningsOfPipelinesWith(item, problems);
}
