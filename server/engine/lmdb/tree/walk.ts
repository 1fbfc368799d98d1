// Walks one tree of a data file leaf by leaf, and checks every page. There must be as many pages as the tree says, at the depth
// it says. Keys must ascend in each page and from page to page, and lie between the keys of the pages above.

import { NODE_HEADER_BYTES, type Tree } from "./layout.js";
import { PageFault } from "./page-fault.js";
import { type PageFile, Pages, writtenBy } from "./page-file.js";

/** A page of records, valid until the next is asked for. */
export interface LeafPage {
  pages: Pages;
  /** The offset of the page in `pages`. */
  at: number;
  nodes: number;
  /** The transaction that wrote it. */
  wrote: number;
}

/** A run of bytes in memory. */
interface Place {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** How keys are compared: those of the free list are numbers. */
export type Order = (one: Place, other: Place) => number;

/** Both may be absent. */
export interface KeysBetween {
  start?: Uint8Array | undefined;
  end?: Uint8Array | undefined;
}

export interface TreeWalkOptions {
  /** The order of its keys. Absent: that of their bytes. */
  order?: Order | undefined;
  /** Checks only the pages that a search for these keys reads, and one more on each side. The counts aren't compared then. */
  range?: KeysBetween | undefined;
}

/** LMDB's own bound (mdb.c, CURSOR_STACK). */
const MAX_DEPTH = 32;

export class TreeWalk {
  #branchPages = 0;
  #leafPages = 0;
  #overflowPages = 0;
  #entries = 0;
  readonly #page: LeafPage = { pages: new Pages(0, 0), at: 0, nodes: 0, wrote: 0 };
  readonly #order: Order;
  readonly #range: { start: Place | undefined; end: Place | undefined } | undefined;

  /** @param name the tree's name, for messages */
  constructor(
    private readonly file: PageFile,
    private readonly tree: Tree,
    private readonly name: string,
    { order = bytewise, range }: TreeWalkOptions = {},
  ) {
    this.#order = order;
    this.#range = range && { start: placeOf(range.start), end: placeOf(range.end) };
  }

  /**
   * All leaves in the order of their keys.
   * @param wrote the transaction that wrote the page that refers to the tree
   * @throws PageFault, NodeJS.ErrnoException
   */
  *leaves(wrote: number): Generator<LeafPage> {
    const { root, depth } = this.tree;
    if (root !== undefined) {
      if (depth < 1 || depth > MAX_DEPTH) throw this.#wrongCount("deep", 0, depth);
      yield* this.#below([root], { level: 1, wrote, low: undefined, bounds: undefined });
    }
    if (!this.#range) this.#demandCounts();
  }

  /** Counts a large value's pages in. */
  addOverflow(count: number): void {
    this.#overflowPages += count;
  }

  /** @param span the pages to walk; absent, all */
  *#below(
    numbers: readonly number[],
    above: Above,
    { first, last }: Span = { first: 0, last: numbers.length - 1 },
  ): Generator<LeafPage> {
    const isLeaf = above.level === this.tree.depth;
    for (let from = first; from <= last; ) {
      const count = isLeaf ? Math.min(this.file.runFrom(numbers, from), last - from + 1) : 1;
      const pages = this.file.read(numbers[from] as number, count);
      for (let index = 0; index < count; index++) {
        const at = index * this.file.pageSize;
        const number = numbers[from + index] as number;
        this.file.check(pages, at, { number, wrote: above.wrote, isLeaf });
        const bounds = boundsOf(above, from + index);
        if (isLeaf) yield this.#leaf(pages, at, { number, bounds });
        else yield* this.#branch(pages, at, { number, bounds, level: above.level });
      }
      from += count;
    }
  }

  #leaf(pages: Pages, at: number, { number, bounds }: { number: number; bounds: Bounds }) {
    this.#leafPages++;
    const nodes = pages.nodes(at);
    this.#entries += nodes;
    demandOrder(pages, at, { number, bounds, from: 0, order: this.#order });
    const page = this.#page;
    page.pages = pages;
    page.at = at;
    page.nodes = nodes;
    page.wrote = writtenBy(pages, at);
    return page;
  }

  *#branch(
    read: Pages,
    at: number,
    { number, bounds, level }: { number: number; bounds: Bounds; level: number },
  ): Generator<LeafPage> {
    this.#branchPages++;
    // the pages below are read into the same memory
    const pages = new Pages(this.file.pageSize, 1);
    pages.bytes.set(read.bytes.subarray(at, at + this.file.pageSize));
    const numbers: number[] = [];
    for (let index = 0; index < pages.nodes(0); index++)
      numbers.push(pages.child(pages.node(0, index)));
    demandOrder(pages, 0, { number, bounds, from: 1, order: this.#order });
    const below = { level: level + 1, wrote: writtenBy(pages, 0), low: bounds.low };
    const span = this.#range ? this.#spanIn(pages, this.#range) : undefined;
    yield* this.#below(numbers, { ...below, bounds: { pages, high: bounds.high } }, span);
  }

  /** Which pages below this branch page a search for these keys may read. */
  #spanIn(
    pages: Pages,
    { start, end }: { start: Place | undefined; end: Place | undefined },
  ): Span {
    const most = pages.nodes(0) - 1;
    const holding = (key: Place): number => {
      let index = 0;
      while (index < most && this.#order(keyOf(pages, index + 1), key) <= 0) index++;
      return index;
    };
    const first = start ? holding(start) : 0;
    const last = end ? holding(end) : most;
    return { first: Math.max(0, first - 1), last: Math.min(most, last + 1) };
  }

  #demandCounts(): void {
    const { branchPages, leafPages, overflowPages, entries } = this.tree;
    if (this.#branchPages !== branchPages)
      throw this.#wrongCount("branch pages", this.#branchPages, branchPages);
    if (this.#leafPages !== leafPages)
      throw this.#wrongCount("leaf pages", this.#leafPages, leafPages);
    if (this.#overflowPages !== overflowPages)
      throw this.#wrongCount("pages of large values", this.#overflowPages, overflowPages);
    if (this.#entries !== entries) throw this.#wrongCount("records", this.#entries, entries);
  }

  #wrongCount(what: string, found: number, expected: number): PageFault {
    return new PageFault(`${this.name} has ${found} ${what} where its tree counts ${expected}`);
  }
}

const placeOf = (bytes: Uint8Array | undefined): Place | undefined =>
  bytes && { bytes, start: 0, end: bytes.byteLength };

interface Span {
  first: number;
  last: number;
}

interface Above {
  level: number;
  wrote: number;
  low: Place | undefined;
  /** The branch page, and the key that all its keys come before. */
  bounds: { pages: Pages; high: Place | undefined } | undefined;
}

interface Bounds {
  low: Place | undefined;
  high: Place | undefined;
}

/** The bounds of the keys on the page below a branch page's `index`. */
function boundsOf({ low, bounds }: Above, index: number): Bounds {
  if (!bounds) return { low: undefined, high: undefined };
  const { pages, high } = bounds;
  return {
    low: index === 0 ? low : keyOf(pages, index),
    high: index + 1 < pages.nodes(0) ? keyOf(pages, index + 1) : high,
  };
}

function keyOf(pages: Pages, index: number): Place {
  const node = pages.node(0, index);
  const start = node + NODE_HEADER_BYTES;
  return { bytes: pages.bytes, start, end: start + pages.keyLength(node) };
}

/** Demands that keys ascend, none comes before `low`, and none at `high` or after. */
function demandOrder(
  pages: Pages,
  at: number,
  { number, bounds, from, order }: { number: number; bounds: Bounds; from: number; order: Order },
): void {
  const key: Place = { bytes: pages.bytes, start: 0, end: 0 };
  const last: Place = { bytes: pages.bytes, start: 0, end: 0 };
  const count = pages.nodes(at);
  for (let index = from; index < count; index++) {
    const node = pages.node(at, index);
    key.start = node + NODE_HEADER_BYTES;
    key.end = key.start + pages.keyLength(node);
    if (index > from) {
      if (order(last, key) >= 0) throw new PageFault("its keys are not in order", number);
    } else if (bounds.low && order(key, bounds.low) < 0)
      throw new PageFault("its keys are before those it stands for", number);
    last.start = key.start;
    last.end = key.end;
  }
  if (bounds.high && count > from && order(last, bounds.high) >= 0)
    throw new PageFault("its keys are after those it stands for", number);
}

function bytewise(one: Place, other: Place): number {
  const a = one.bytes;
  const b = other.bytes;
  let i = one.start;
  let j = other.start;
  for (; i < one.end && j < other.end; i++, j++) {
    if (a[i] !== b[j]) return (a[i] as number) - (b[j] as number);
  }
  return one.end - one.start - (other.end - other.start);
}
