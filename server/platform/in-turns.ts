// Walks long lists on the event loop's thread without holding it up.

import { setImmediate as othersTurn } from "node:timers/promises";

/** Other work gets a turn after this many. */
const IN_A_TURN = 100;

/** Gives some at a time, in order. */
export async function* inTurns<T>(all: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < all.length; at += IN_A_TURN) {
    if (at > 0) await othersTurn();
    yield all.slice(at, at + IN_A_TURN);
  }
}
