// Stops work whose signal was aborted, at a place where it can stop.

import { FlowgError } from "./errors.js";

/** @param what `"the backup"` @throws CANCELLED */
export function stopIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new FlowgError("CANCELLED", `${what} was stopped`);
}
