// Reports a deletion. For scripts it succeeds also if the thing was not there, as in FlowG; but a person who mistyped a name
// must see it.

import type { Output } from "../output.js";
import type { Result } from "../result.js";
import { safe } from "../safe.js";

/** @param what begins a sentence: `Role viewer` */
export function deletion(output: Output, what: string, deleted: boolean): Result {
  if (!deleted) output.warn(`${what} did not exist: nothing was deleted`);
  return { json: { deleted }, text: deleted ? `${safe(what)} deleted` : "", essential: false };
}
