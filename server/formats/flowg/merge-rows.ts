// Merges several sorted sources into one.

import type { Row, RowSource } from "./row.js";

/** Whether the second of two values of one key takes the place of the first. */
export type Supersedes = (value: Buffer, old: Buffer) => boolean;

/** Gives the rows of all sources in order. Of equal keys, the earlier source's row comes first. */
export class MergedRows {
  /** A binary heap: no source is behind the two below it. */
  readonly #heap: { source: RowSource; age: number }[];

  constructor(sources: readonly RowSource[]) {
    this.#heap = sources
      .map((source, age) => ({ source, age }))
      .filter(({ source }) => source.key !== undefined);
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** The next row; undefined after the last one. */
  next(): Row | undefined {
    const first = this.#heap[0];
    if (!first) return undefined;
    const { source } = first;
    const row = { key: source.key as Buffer, value: source.value() };
    source.advance();
    if (source.key === undefined) {
      const last = this.#heap.pop() as typeof first;
      if (this.#heap.length === 0) return row;
      if (last !== first) this.#heap[0] = last;
    }
    this.#sink(0);
    return row;
  }

  get nextKey(): Buffer | undefined {
    return this.#heap[0]?.source.key;
  }

  #sink(start: number): void {
    const heap = this.#heap;
    for (let i = start; ; ) {
      const left = 2 * i + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const least = right < heap.length && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(least, i)) return;
      const lower = heap[least] as (typeof heap)[number];
      heap[least] = heap[i] as (typeof heap)[number];
      heap[i] = lower;
      i = least;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const a = this.#heap[left] as { source: RowSource; age: number };
    const b = this.#heap[right] as { source: RowSource; age: number };
    const order = Buffer.compare(a.source.key as Buffer, b.source.key as Buffer);
    return order === 0 ? a.age < b.age : order < 0;
  }
}
