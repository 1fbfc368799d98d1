// Hangs two things around every write of a piece of work, wherever in it the write is: the question whether it is still
// allowed, and the trail.

import { AsyncLocalStorage } from "node:async_hooks";
import type { Changes } from "./database.js";

/** Runs in the write's own transaction. */
export interface Around {
  /** Before it; what this throws keeps it from happening. Writes nothing. */
  before?: ((changes: Changes) => void) | undefined;
  /** After it, if it did not fail. */
  after?: ((changes: Changes) => void) | undefined;
}

const around = new AsyncLocalStorage<readonly Around[]>();

/**
 * Runs `work`, in which each write is looked at once more when its turn has come: a write can wait, for a restore say, and
 * what allowed it may be gone by then. Nested ones add up, the outer one first.
 */
export function aroundWrites<T>(hooks: Around, work: () => T): T {
  return around.run([...hooksAtHand(), hooks], work);
}

/** For work that outlives its beginner, or belongs to no caller: its writes aren't looked at. */
export function ownWrites<T>(work: () => T): T {
  return around.run([], work);
}

/** Gives the step before a write of the work at hand, for callers that collect writes of several. */
export function beforeWrite(): (changes: Changes) => void {
  const hooks = hooksAtHand();
  return (changes) => {
    for (const { before } of hooks) before?.(changes);
  };
}

/** The hooks, for engines. */
export const hooksAtHand = (): readonly Around[] => around.getStore() ?? [];
