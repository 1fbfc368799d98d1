// "Did you mean": the nearest of the names that exist, if one is near.

import { slips } from "../server/platform/messages/near-name.js";

/** The candidate nearest to `typed`, unless it takes more than a third of its letters (at least one, at most three) to get there. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, Math.max(1, Math.floor(typed.length / 3))) + 1;
  for (const candidate of candidates) {
    const edits = slips(typed.toLowerCase(), candidate.toLowerCase());
    if (edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}
