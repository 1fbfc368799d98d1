// Work that is stopped by a signal, at a place where it can be stopped.

import { FlowgError } from "./errors.js";

/** @param what `"the backup"` @throws CANCELLED */
export function stopIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new FlowgError("CANCELLED", `${what} was stopped`);
}
