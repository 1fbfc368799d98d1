// Tells, after an item was changed or deleted, what of it does not work on this server, and which pipelines that name it no
// longer run.

import type { Reference } from "../records/config/flow-nodes.js";
import { type ScriptProblems, withoutQuotes } from "../records/config/script-problems.js";
import type { Caller, Services } from "./context.js";

export interface Asking {
  caller: Caller;
  services: Pick<Services, "config" | "alerts" | "transformers">;
}

/** Sentences for a caller who may read pipelines. */
export async function pipelinesWith(
  item: Pick<Reference, "kind" | "name">,
  { caller, services: { config } }: Asking,
  problems?: ScriptProblems,
): Promise<string[]> {
  if (!caller.scopes.has("read_pipelines")) return [];
  return await config.warningsOfPipelinesWith(item, problems);
}

/** What keeps scripts from running, as far as the caller may know it. */
export function problemsFor({ caller, services: { transformers } }: Asking): ScriptProblems {
  const problems = transformers.trials();
  return caller.scopes.has("read_transformers") ? problems : withoutQuotes(problems);
}

/** Sentences about an alert, or forwarder, that was saved. */
export async function warningsOfSaved(name: string, asking: Asking): Promise<string[]> {
  const { config, alerts } = asking.services;
  const warning = await config.warningOf("alert", name);
  if (warning !== undefined) {
    const ofPipelines = await pipelinesWith({ kind: "alert", name }, asking);
    return [warning, ...ofPipelines];
  }
  const address = await config.warningOf("alert", name, alerts);
  return address === undefined ? [] : [address];
}
