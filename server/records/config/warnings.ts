// Warns of the parts of a configuration that do not work on this server when it is looked at, restored, saved or served, so not
// only when a log is refused.

import { segments } from "../keys.js";
import { decodeValue, printable, type StoredRecord } from "../records.js";
import { readFlow } from "./flow.js";
import { type Items, planOf } from "./plan.js";
import { readRecipient, recipientProblem } from "./recipient.js";
import type { ProblemOf } from "./script-problems.js";
import { missingFunctions } from "./vrl-functions.js";

const MAX_OBSTACLES = 3;

/**
 * Says why a pipeline refuses logs, or stores none; undefined if it works.
 * @param items the items there are; absent, every item that the pipeline refers to counts as there
 */
export function pipelineWarning(name: string, stored: unknown, items?: Items): string | undefined {
  const flow = readFlow(stored);
  // nothing is drawn yet
  if (flow.nodes.length === 0) return undefined;
  const { ends, obstacles } = planOf({ pipeline: name, flow, items });
  const pipeline = `The pipeline "${printable(name)}"`;
  if (obstacles.length === 0) {
    if (ends > 0) return undefined;
    return `${pipeline} leads from its direct source nowhere: each log sent to it is taken and not stored.`;
  }
  const named = obstacles.slice(0, MAX_OBSTACLES).map(({ at, what }) => {
    const way =
      at.pipeline === name ? "" : `enters the pipeline "${printable(at.pipeline)}", which `;
    return way + printable(what, MAX_WHAT);
  });
  const more = obstacles.length - named.length;
  const all = more > 0 ? [...named, `${more} more of the kind`] : named;
  const end =
    ends > 0
      ? "each log that comes there is answered with an error, and takes its other ways"
      : "each log sent to it is refused";
  return `${pipeline} ${all.join(", and ")}: ${end}.`;
}

/** The longest name of a node in a warning, in characters. */
const MAX_WHAT = 300;

/** The same for an alert. */
function alertWarning(name: string, stored: unknown): string | undefined {
  const problem = recipientProblem(readRecipient(stored));
  return problem && `The alert "${printable(name)}" ${printable(problem, MAX_WHAT)}.`;
}

/** The same for a transformer: by its text, and by what is known of it. */
function transformerWarning(
  name: string,
  script: string,
  problemOf: ProblemOf | undefined,
): string | undefined {
  const missing = missingFunctions(script);
  if (missing.length === 0) {
    const problem = problemOf?.(script);
    return problem && `The transformer "${printable(name)}" does not run: ${problem}.`;
  }
  return `The transformer "${printable(name)}" calls ${missing.join(", ")}, which this server's VRL doesn't have: each log that comes to it is answered with an error.`;
}

/** The warning for one record; undefined if it works, or isn't a transformer, pipeline or alert. */
export function configWarning(record: StoredRecord, items?: Items): string | undefined {
  try {
    return warningOf(record, items);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [kind, name = ""] = segments(record.key);
    return `The ${kind} "${printable(name)}" is not JSON: save it anew, or restore it.`;
  }
}

function warningOf({ key, value }: StoredRecord, items?: Items): string | undefined {
  const [kind, name = ""] = segments(key);
  if (kind === "pipeline") return pipelineWarning(name, decodeValue(value), items);
  if (kind === "transformer")
    return transformerWarning(name, Buffer.from(value).toString(), items?.problemOf);
  return kind === "alert" ? alertWarning(name, decodeValue(value)) : undefined;
}
