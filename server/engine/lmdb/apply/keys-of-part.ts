// Tells whether keys are in the part that is changed. An undo names thousands of single records, so a set holds their keys.

import { isInRange } from "../../../records/keys.js";
import type { SelectedRange } from "../../../records/selection.js";

export class KeysOfPart {
  /** Ranges of more than one record. */
  readonly ranges: readonly SelectedRange[];
  /** The keys of ranges of one record, as latin-1. */
  readonly #single = new Set<string>();

  constructor(ranges: readonly SelectedRange[]) {
    this.ranges = ranges.filter((range) => !isOfOne(range));
    for (const range of ranges) if (isOfOne(range)) this.#single.add(latin1(range.start));
  }

  has(key: Buffer): boolean {
    return (
      this.#single.has(key.toString("latin1")) || this.ranges.some((range) => isInRange(key, range))
    );
  }
}

/** Whether a range ends at the key right after its first one, which is the same with a zero byte more. */
const isOfOne = ({ start, end }: SelectedRange): boolean =>
  end.length === start.length + 1 && end.at(-1) === 0 && latin1(end) === `${latin1(start)}\0`;

/** Bytes that have crossed to another thread are no longer a Buffer. */
const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
