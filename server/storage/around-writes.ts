// Runs two steps around every write of a piece of work, wherever the write is made. Before it, a check that the write is still
// allowed; after it, an entry in the trail.

import { AsyncLocalStorage } from "node:async_hooks";
import type { Changes } from "./database.js";

/** The steps run in the write's own transaction. */
export interface Around {
  /** Runs before the write, and prevents it by throwing. It writes nothing. */
  before?: ((changes: Changes) => void) | undefined;
  /** Runs after a write that did not fail. */
  after?: ((changes: Changes) => void) | undefined;
}

const around = new AsyncLocalStorage<readonly Around[]>();

/**
 * Runs `work` with these steps around each of its writes. The check comes when it is the write's turn: a write can wait, for a
 * restore say, and its permission may be gone by then. Nested steps add up, the outer ones first.
 */
export function aroundWrites<T>(hooks: Around, work: () => T): T {
  return around.run([...hooksAtHand(), hooks], work);
}

/** Runs work without these steps, because it outlives its caller or has none. */
export function ownWrites<T>(work: () => T): T {
  return around.run([], work);
}

/** Gives the step before a write of the present work, for code that collects the writes of several callers. */
export function beforeWrite(): (changes: Changes) => void {
  const hooks = hooksAtHand();
  return (changes) => {
    for (const { before } of hooks) before?.(changes);
  };
}

/** The steps of the present work, for engines. */
export const hooksAtHand = (): readonly Around[] => around.getStore() ?? [];
