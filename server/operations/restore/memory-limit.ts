// The memory that a restore may take, counted before it is taken. LMDB keeps what a transaction writes until
// there are 131,071 pages (MDB_IDL_UM_MAX); a value with pages of its own counts as one of them, however large, so that
// a hundred kilobytes of zeros, well compressed, could take gigabytes. Whatever else is small: 131,071 pages of 4 KiB.

import { freemem } from "node:os";
import type { BlockPrefix } from "../../formats/snapshot/block.js";
import { type BlockSummary, OWN_PAGES_BYTES } from "../../formats/snapshot/summarize.js";
import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";

const PAGE_BYTES = 4096;
const PAGES_KEPT = 131_071;
/** Values that JavaScript holds, parsed and looked at on the main thread, may take as much less. */
const HELD_SHARE = 16;
/** Overhead of a record in a block, and the largest part of one that stays in a page with others. */
const SHARED_BYTES = OWN_PAGES_BYTES + 32;

export interface MemoryBound {
  /** Beside what any restore takes. */
  maxBytes: number;
  /** Another way, if that is not enough. */
  hint: string;
  /** The file is only looked at, not written: nothing of it is kept but a few facts. */
  isOnlyRead?: boolean;
}

/** So much of what is free may be taken; the rest is for what any restore takes, and for others. */
const FREE_SHARE = 0.75;

/** For a process of its own: what the machine or the container has left. */
export const ownMemory = (): number =>
  Math.floor(FREE_SHARE * Math.min(process.availableMemory(), freemem()));

export class MemoryLimit {
  /** How many values there are, by their number of pages. */
  readonly #values = new Map<number, number>();
  #pages = 0;
  /** Bytes that the prefixes alone announce, at least. */
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
    // all records of auth are needed at once to tell who may do what
    if (this.kind === "auth") this.#hold(rawLength);
    if (entries > PAGES_KEPT) return;
    this.#foreseen += Math.max(0, rawLength - entries * SHARED_BYTES);
    // beyond this many values the largest count, which only the blocks themselves tell
    if (this.#foreseen > maxBytes && this.#count() < PAGES_KEPT / 2)
      throw tooLarge(this.#foreseen, this.bound);
  }

  /**
   * Counts a block that is expanded.
   * @throws INPUT_TOO_LARGE
   */
  summary({ large, streams }: BlockSummary): void {
    // a restore knows the streams before it comes to their entries
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

  /** Pages of as many values as LMDB may keep, of the largest ones. */
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
