// Reports a deletion. As in FlowG, it succeeds even if the thing didn't exist, but it warns then, for a person who mistyped a
// name.

import type { Output } from "../output.js";
import type { Result } from "../result.js";
import { safe } from "../safe.js";

/** @param what begins a sentence: `Role viewer` */
export function deletion(output: Output, what: string, deleted: boolean): Result {
  if (!deleted) output.warn(`${what} did not exist: nothing was deleted`);
  return { json: { deleted }, text: deleted ? `${safe(what)} deleted` : "", essential: false };
}
