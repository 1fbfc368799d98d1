// Warns of the parts of a configuration that do not work on this server, when somebody looks at it, restores, saves or
// serves it: not only when a log comes and is refused.

import { segments } from "../keys.js";
import { decodeValue, printable, type StoredRecord } from "../records.js";
import { readFlow } from "./flow.js";
import { routeOf } from "./route.js";
import { readWebhook } from "./webhook.js";

const MAX_WARNINGS = 20;
const MAX_OBSTACLES = 3;

/** A sentence on a pipeline that refuses each log, or stores none; undefined if it works. */
export function pipelineWarning(name: string, stored: unknown): string | undefined {
  const flow = readFlow(stored);
  // nothing is drawn yet
  if (flow.nodes.length === 0) return undefined;
  const { streams, obstacles } = routeOf(flow);
  const pipeline = `The pipeline "${printable(name)}"`;
  if (obstacles.length === 0) {
    if (streams.length > 0) return undefined;
    return `${pipeline} leads from its direct source nowhere: each log sent to it is taken and not stored.`;
  }
  const named = obstacles.slice(0, MAX_OBSTACLES).map(({ what }) => printable(what, MAX_WHAT));
  const more = obstacles.length - named.length;
  const all = more > 0 ? [...named, `${more} more of the kind`] : named;
  return `${pipeline} ${all.join(", and ")}: each log sent to it is refused.`;
}

/** Enough for a node's id and type. */
const MAX_WHAT = 300;

/** The same of an alert. */
export function alertWarning(name: string, stored: unknown): string | undefined {
  const { type, url } = readWebhook(stored);
  const alert = `The alert "${printable(name)}"`;
  if (type !== undefined) {
    return `${alert} is a forwarder of the type "${printable(type)}", which does not run here.`;
  }
  return url === "" ? `${alert} has no URL, and cannot be called.` : undefined;
}

/** On one record; undefined if it works, or isn't a pipeline or alert. */
export function configWarning({ key, value }: StoredRecord): string | undefined {
  const [kind, name = ""] = segments(key);
  if (kind === "pipeline") return pipelineWarning(name, decodeValue(value));
  return kind === "alert" ? alertWarning(name, decodeValue(value)) : undefined;
}

/** At most 20 sentences, and one that counts the others. */
export class ConfigWarnings {
  readonly #list: string[] = [];
  #count = 0;

  add(warning: string | undefined): void {
    if (warning === undefined) return;
    this.#count++;
    if (this.#list.length < MAX_WARNINGS) this.#list.push(warning);
  }

  list(): string[] {
    const more = this.#count - this.#list.length;
    if (more === 0) return [...this.#list];
    return [...this.#list, `And ${more} more pipelines or alerts do not work here.`];
  }
}
