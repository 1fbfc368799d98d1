// Tells which of some ranges a key is in, for keys that come in ascending order.

import type { KeyRange } from "./keys.js";

export class AscendingRanges<Range extends KeyRange> {
  #at = 0;

  /** @param ranges sorted and disjoint */
  constructor(private readonly ranges: readonly Range[]) {}

  /** Whether all keys that follow lie behind the last range. */
  get areBehind(): boolean {
    return this.#at >= this.ranges.length;
  }

  /** The range that a key in `bytes` is in. Keys must come in ascending order. */
  of(bytes: Buffer, keyStart: number, keyEnd: number): Range | undefined {
    for (; this.#at < this.ranges.length; this.#at++) {
      const range = this.ranges[this.#at] as Range;
      if (bytes.compare(range.end, 0, range.end.length, keyStart, keyEnd) >= 0) continue;
      return bytes.compare(range.start, 0, range.start.length, keyStart, keyEnd) >= 0
        ? range
        : undefined;
    }
    return undefined;
  }
}
