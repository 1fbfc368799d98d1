// A server that was killed a moment ago: the process that holds its addresses and databases ends when it sees that the one
// which watched it is gone (`cli/supervised`). A next one that is started at once is not refused for that.

import { setTimeout as pause } from "node:timers/promises";
import { FlowgError, systemCode } from "../platform/errors.js";

const PATIENCE_MS = 3_000;
const PAUSE_MS = 50;

/** Does it again while another server has what it needs, for as long as one may take to end. */
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
