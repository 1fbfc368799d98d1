// Gives the records of a damaged database in order: those that the newest state leads to, and in its gaps those of another
// source.

import { recordName } from "../../../records/record-name.js";
import type { LostRange } from "../../../records/salvage-reports.js";
import { type Gap, isGap, type Step } from "./lossy-walk.js";
import type { Proven } from "./proven-records.js";
import type { LostKeys } from "./unreachable.js";

/** The most that are reported one by one. */
const NAMED = 100;

/** Gives the records of a gap. It is called for one gap after the other, ascending. */
export type Filling = (keys: LostKeys) => Iterable<Proven>;

interface Pending {
  low: Uint8Array | undefined;
  high: Uint8Array | undefined;
  pages: Set<number>;
}

export class FilledGaps {
  readonly ranges: LostRange[] = [];
  /** How many ranges there are besides those listed. */
  moreRanges = 0;
  readonly problems: string[] = [];
  /** The damaged or missing pages. */
  readonly pages = new Set<number>();
  /** The names of damaged records. */
  readonly damaged: string[] = [];
  /** How many records the other source gave. */
  filled = 0;
  readonly #pageSize: number;

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  *records(steps: Iterable<Step[]>, fill: Filling): Generator<Proven> {
    let last: Uint8Array | undefined;
    let pending: Pending | undefined;
    for (const some of steps) {
      for (const step of some) {
        if (isGap(step)) {
          pending = this.#met(step, pending);
          continue;
        }
        if (pending) yield* this.#filled(pending, { last, next: step.key }, fill);
        pending = undefined;
        yield step;
        last = step.key;
      }
    }
    if (pending) yield* this.#filled(pending, { last, next: undefined }, fill);
  }

  #met(gap: Gap, before: Pending | undefined): Pending {
    if (!this.pages.has(gap.page) && this.problems.length < NAMED)
      this.problems.push(`page ${gap.page}: ${gap.problem}`);
    this.pages.add(gap.page);
    if (gap.damagedKey && this.damaged.length < NAMED)
      this.damaged.push(recordName(gap.damagedKey));
    const pending = before ?? { low: gap.low, high: gap.high, pages: new Set() };
    pending.high = gap.high;
    if (pending.pages.size < NAMED) pending.pages.add(gap.page);
    return pending;
  }

  *#filled(
    { low, high, pages }: Pending,
    { last, next }: { last: Uint8Array | undefined; next: Uint8Array | undefined },
    fill: Filling,
  ): Generator<Proven> {
    const after = last && Buffer.concat([last, ZERO]);
    const keys = { from: later(low, after), to: earlier(high, next) };
    let filled = 0;
    if (!keys.from || !keys.to || Buffer.compare(keys.from, keys.to) < 0) {
      for (const one of fill(keys)) {
        yield one;
        filled++;
      }
    }
    this.filled += filled;
    if (this.ranges.length === NAMED) {
      this.moreRanges++;
      return;
    }
    this.ranges.push({
      ...(last ? { after: recordName(last) } : {}),
      ...(next ? { before: recordName(next) } : {}),
      bytes: pages.size * this.#pageSize,
      ...(filled > 0 ? { filled } : {}),
    });
  }
}

/** Makes the next key: no key goes on with a zero byte. */
const ZERO = Buffer.from([0]);

const later = (one: Uint8Array | undefined, other: Uint8Array | undefined) =>
  one && other ? (Buffer.compare(one, other) > 0 ? one : other) : (one ?? other);

const earlier = (one: Uint8Array | undefined, other: Uint8Array | undefined) =>
  one && other ? (Buffer.compare(one, other) < 0 ? one : other) : (one ?? other);
