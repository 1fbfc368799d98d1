// Counts the memory that a restore will take, before it takes any. LMDB keeps up to 131,071 written pages of a transaction in
// memory (MDB_IDL_UM_MAX). A value with pages of its own counts as one page, however large it is. So a hundred kilobytes of
// compressed zeros could take gigabytes. All else is bounded by 131,071 pages of 4 KiB.

import { freemem } from "node:os";
import type { BlockPrefix } from "../../formats/snapshot/block.js";
import { type BlockSummary, OWN_PAGES_BYTES } from "../../formats/snapshot/walk-block.js";
import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";

const PAGE_BYTES = 4096;
const PAGES_KEPT = 131_071;
/** Values that JavaScript parses and holds may take only this part of the memory: 1/16. */
const HELD_SHARE = 16;
/** The largest record that shares a page with others, with its overhead in a block. */
const SHARED_BYTES = OWN_PAGES_BYTES + 32;

export interface MemoryBound {
  /** The allowed bytes beside what any restore takes. */
  maxBytes: number;
  /** What a user can do if that isn't enough. */
  hint: string;
  /** The file is only verified or inspected, and nothing is written. */
  isOnlyRead?: boolean;
}

/** This share of the free memory may be taken. The rest is for what any restore takes, and for other processes. */
const FREE_SHARE = 0.75;

/** The bound for a restore in a process of its own, by what the machine or the container has left. */
export const ownMemory = (): number =>
  Math.floor(FREE_SHARE * Math.min(process.availableMemory(), freemem()));

export class MemoryLimit {
  /** How many large values there are, by their number of pages. */
  readonly #values = new Map<number, number>();
  #pages = 0;
  /** The least bytes of large values that the blocks' prefixes announce. */
  #foreseen = 0;
  #held = 0;

  constructor(
    private readonly kind: DatabaseKind,
    private readonly bound: MemoryBound,
  ) {}

  /**
   * Counts a block that is not expanded yet.
   * @throws INPUT_TOO_LARGE
   */
  prefix({ rawLength, entries }: BlockPrefix): void {
    const { isOnlyRead, maxBytes } = this.bound;
    if (isOnlyRead) return;
    // an auth restore holds all records at once, to compare permissions
    if (this.kind === "auth") this.#hold(rawLength);
    if (entries > PAGES_KEPT) return;
    this.#foreseen += Math.max(0, rawLength - entries * SHARED_BYTES);
    // of more values than LMDB keeps, only the largest count, and only the blocks tell their sizes
    if (this.#foreseen > maxBytes && this.#count() < PAGES_KEPT / 2)
      throw tooLarge(this.#foreseen, this.bound);
  }

  /**
   * Counts a block that is expanded.
   * @throws INPUT_TOO_LARGE
   */
  summary({ large, streams }: BlockSummary): void {
    // a restore holds all streams' configurations before it comes to the entries
    this.#hold(streams.reduce((sum, { key, value }) => sum + key.length + value.length, 0));
    const { isOnlyRead, maxBytes } = this.bound;
    if (isOnlyRead) return;
    for (const bytes of large) {
      const pages = Math.ceil((bytes + 16) / PAGE_BYTES);
      this.#values.set(pages, (this.#values.get(pages) ?? 0) + 1);
      this.#pages += pages;
    }
    if (this.#pages * PAGE_BYTES <= maxBytes) return;
    const bytes = this.#largest() * PAGE_BYTES;
    if (bytes > maxBytes) throw tooLarge(bytes, this.bound);
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held <= this.bound.maxBytes / HELD_SHARE) return;
    throw tooLarge(HELD_SHARE * this.#held, this.bound);
  }

  #count(): number {
    let count = 0;
    for (const values of this.#values.values()) count += values;
    return count;
  }

  /** The pages of the largest values, as many as LMDB may keep. */
  #largest(): number {
    let left = PAGES_KEPT;
    let sum = 0;
    for (const [pages, values] of [...this.#values].sort(([a], [b]) => b - a)) {
      const kept = Math.min(values, left);
      sum += kept * pages;
      left -= kept;
    }
    return sum;
  }
}

function tooLarge(bytes: number, { maxBytes, hint, isOnlyRead }: MemoryBound): FlowgError {
  const what = isOnlyRead ? "to look at it" : "the restore";
  return new FlowgError(
    "INPUT_TOO_LARGE",
    `${what} would take ${bytes} bytes of memory or more, where ${maxBytes} are allowed: its records are too large`,
    { hint, details: { neededBytes: bytes, maxBytes } },
  );
}
