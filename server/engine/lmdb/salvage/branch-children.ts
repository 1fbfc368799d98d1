// Finds the pages below a branch page that may be damaged, and the keys that each of them lies between.

import type { Pages } from "../tree/page-file.js";
import { nodeAt, nodesOf } from "./proven-records.js";

/** The keys that a page lies between; `high` exclusive. */
export interface Place {
  low: Uint8Array | undefined;
  high: Uint8Array | undefined;
}

export interface Child {
  /** Undefined where its node is damaged. */
  number: number | undefined;
  low: Uint8Array | undefined;
  high: Uint8Array | undefined;
}

/** The pages below a branch page, each with the keys that it lies between. A key that can't be right is left out. */
export function childrenOf(page: Pages, of: Place = NO_BOUNDS): Child[] {
  const numbers: (number | undefined)[] = [];
  const keys: (Uint8Array | undefined)[] = [];
  for (let index = 0; index < nodesOf(page); index++) {
    const found = nodeAt(page, index);
    numbers.push(found && page.child(found.node));
    keys.push(index === 0 || !found || found.key.byteLength === 0 ? undefined : found.key);
  }
  const known = ascending(keys, of);
  const highs: (Uint8Array | undefined)[] = [];
  let high = of.high;
  for (let index = numbers.length - 1; index >= 0; index--) {
    highs[index] = high;
    high = known[index] ?? high;
  }
  let low = of.low;
  return numbers.map((number, index) => {
    low = known[index] ?? low;
    return { number, low, high: highs[index] };
  });
}

const NO_BOUNDS = { low: undefined, high: undefined };

/**
 * Drops keys that are out of order. Of two neighbours in the wrong order, the one that doesn't fit between its other neighbours
 * goes.
 */
function ascending(
  keys: readonly (Uint8Array | undefined)[],
  { low, high }: Place,
): (Uint8Array | undefined)[] {
  const kept = keys.map((key) => {
    const isOutside =
      key && ((low && Buffer.compare(key, low) <= 0) || (high && Buffer.compare(key, high) >= 0));
    return isOutside ? undefined : key;
  });
  let before: number | undefined;
  for (let index = 0; index < kept.length; index++) {
    const key = kept[index];
    if (!key) continue;
    const last = before === undefined ? undefined : kept[before];
    if (last && before !== undefined && Buffer.compare(last, key) >= 0) {
      const earlier = kept.slice(0, before).findLast((one) => one !== undefined);
      const isLastWrong = !earlier || Buffer.compare(key, earlier) > 0;
      kept[isLastWrong ? before : index] = undefined;
      if (!isLastWrong) continue;
    }
    before = index;
  }
  return kept;
}
