// Waits for a server that was killed a moment ago. Its process ends only when it sees that its watching process is gone
// (`cli/supervised`), and until then holds its addresses and databases. A server that is started at once must not fail for
// that.

import { setTimeout as pause } from "node:timers/promises";
import { FlowgError, systemCode } from "../platform/errors.js";

const PATIENCE_MS = 3_000;
const PAUSE_MS = 50;

/** Repeats the work while another server has what it needs, for as long as that one may take to end. */
export async function afterPredecessor<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTaken(error) || performance.now() > until) throw error;
    }
    await pause(PAUSE_MS);
  }
}

function isTaken(error: unknown): boolean {
  if (!(error instanceof FlowgError)) return false;
  return error.details.isServed === true || systemCode(error.cause) === "EADDRINUSE";
}
