// Reads the pages of a data file with read(2), and checks each before it is used. Through LMDB's map, a page that is missing,
// or that the disk won't give, ends the process by a signal.

import { readSync } from "node:fs";
import {
  BIG_DATA,
  BIG_DATA_BYTES,
  BRANCH,
  FLAGS_AT,
  HEADER_BYTES,
  LEAF,
  LOWER_AT,
  type Meta,
  NODE_HEADER_BYTES,
  OVERFLOW,
  SUB_DATA,
  TREE_BYTES,
  UPPER_AT,
} from "./layout.js";
import { CutFault, PageFault } from "./page-fault.js";

/** How many pages are read at once where they follow each other. */
const RUN = 64;

/** Pages in memory, one behind the other. */
export class Pages {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly halves: Uint16Array;

  constructor(pageSize: number, count: number) {
    const memory = new ArrayBuffer(pageSize * count);
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    this.halves = new Uint16Array(memory);
  }

  /** How many nodes the page at `at` has. */
  nodes(at: number): number {
    return (this.halves[at / 2 + LOWER_AT] as number) >> 1;
  }

  /** The offset at which a node begins. */
  node(at: number, index: number): number {
    return at + HEADER_BYTES + (this.halves[(at + HEADER_BYTES) / 2 + index] as number);
  }

  keyLength(node: number): number {
    return this.halves[node / 2 + 3] as number;
  }

  /** The child page of a branch page's node. */
  child(node: number): number {
    const [low, high, top] = [node / 2, node / 2 + 1, node / 2 + 2].map(
      (at) => this.halves[at] as number,
    ) as [number, number, number];
    return low + high * 2 ** 16 + top * 2 ** 32;
  }

  /** The flags of a leaf's node. */
  flags(node: number): number {
    return this.halves[node / 2 + 2] as number;
  }

  /** The length of the value of a leaf's node, wherever that stands. */
  dataLength(node: number): number {
    return (this.halves[node / 2] as number) + (this.halves[node / 2 + 1] as number) * 2 ** 16;
  }
}

export class PageFile {
  readonly pageSize: number;
  /** LMDB's longest key. */
  readonly #maxKey: number;
  readonly #run: Pages;
  /** One bit for each page that has been read. A page may be in only one place of one tree. */
  readonly #seen: Uint8Array;

  /**
   * @param file a number of an open file
   * @param meta the meta page of the state to be read
   */
  constructor(
    private readonly file: number,
    readonly meta: Meta,
  ) {
    this.pageSize = meta.pageSize;
    const nodeMax = ((((meta.pageSize - HEADER_BYTES) / 2) | 0) & -2) - 2;
    this.#maxKey = nodeMax - NODE_HEADER_BYTES - TREE_BYTES;
    this.#run = new Pages(meta.pageSize, RUN);
    this.#seen = new Uint8Array(Math.ceil((meta.lastPage + 1) / 8));
  }

  /** How many pages one read can fetch, from `numbers[from]` on, because they follow each other. */
  runFrom(numbers: readonly number[], from: number): number {
    let count = 1;
    const first = numbers[from] as number;
    while (count < RUN && numbers[from + count] === first + count) count++;
    return count;
  }

  /**
   * Reads neighbouring tree pages into memory that the next call uses again.
   * @throws PageFault, NodeJS.ErrnoException
   */
  read(first: number, count: number): Pages {
    this.claim(first, count);
    this.#fill(this.#run.bytes.subarray(0, count * this.pageSize), first, 0);
    return this.#run;
  }

  /**
   * Marks pages as used.
   * @throws PageFault if they can't be pages, or are used already
   */
  claim(first: number, count: number): void {
    if (first < 2 || first + count - 1 > this.meta.lastPage) {
      throw new PageFault(`a page number ${first} that cannot be`);
    }
    for (let page = first; page < first + count; page++) {
      if (this.isUsed(page)) throw new PageFault("it is in use in two places", page);
      const at = page >>> 3;
      this.#seen[at] = (this.#seen[at] as number) | (1 << (page & 7));
    }
  }

  isUsed(page: number): boolean {
    return ((this.#seen[page >>> 3] as number) & (1 << (page & 7))) !== 0;
  }

  /** Fills `target` with the file's bytes from byte `skip` of a page on. */
  #fill(target: Uint8Array, page: number, skip: number): void {
    const start = page * this.pageSize + skip;
    for (let done = 0; done < target.byteLength; ) {
      const bytes = readSync(this.file, target, done, target.byteLength - done, start + done);
      if (bytes === 0) {
        throw new CutFault("it is not there", Math.floor((start + done) / this.pageSize));
      }
      done += bytes;
    }
  }

  /**
   * Checks the page that stands at `at`: header, nodes, order of keys.
   * @param wrote the transaction that wrote the page above; a transaction that writes a page also writes the one above
   * @throws PageFault
   */
  check(pages: Pages, at: number, { number, wrote, isLeaf }: Expected): void {
    const { view, halves } = pages;
    const half = at / 2;
    if (view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32 !== number)
      throw new PageFault("it is another page", number);
    const flags = halves[half + FLAGS_AT] as number;
    if (flags !== (isLeaf ? LEAF : BRANCH)) throw new PageFault("it is of another kind", number);
    if (writtenBy(pages, at) > wrote)
      throw new PageFault("it is newer than what refers to it", number);
    const lower = halves[half + LOWER_AT] as number;
    const upper = halves[half + UPPER_AT] as number;
    const room = this.pageSize - HEADER_BYTES;
    if ((lower & 1) !== 0 || (upper & 1) !== 0 || lower > upper || upper > room)
      throw new PageFault("its bounds cannot be", number);
    if (lower < (isLeaf ? 2 : 4)) throw new PageFault("it is empty", number);
    if (this.#checkNodes(pages, at, { number, isLeaf, upper }) !== room - upper)
      throw new PageFault("its nodes do not fill it", number);
  }

  /** @returns how many bytes the nodes take */
  #checkNodes(
    pages: Pages,
    at: number,
    { number, isLeaf, upper }: { number: number; isLeaf: boolean; upper: number },
  ): number {
    const end = at + this.pageSize;
    const count = pages.nodes(at);
    let bytes = 0;
    for (let index = 0; index < count; index++) {
      const node = pages.node(at, index);
      if (node < at + HEADER_BYTES + upper || (node & 1) !== 0 || node + NODE_HEADER_BYTES > end)
        throw new PageFault("a node points out of it", number);
      const keyLength = pages.keyLength(node);
      const data = isLeaf ? this.#dataBytes(pages, node, number) : 0;
      const taken = NODE_HEADER_BYTES + keyLength + data;
      if (keyLength > this.#maxKey || node + taken > end)
        throw new PageFault("a node points out of it", number);
      // a branch page's first key may be left out
      if (keyLength === 0 && (isLeaf || index > 0)) throw new PageFault("a key is empty", number);
      bytes += taken + (taken & 1);
    }
    return bytes;
  }

  #dataBytes(pages: Pages, node: number, number: number): number {
    const flags = pages.flags(node);
    if (flags === BIG_DATA) return BIG_DATA_BYTES;
    if (flags !== 0 && flags !== SUB_DATA)
      throw new PageFault("a node is of an unknown kind", number);
    return pages.dataLength(node);
  }

  /** How many pages a large value takes. */
  #pagesOf(length: number): number {
    return Math.floor((HEADER_BYTES - 1 + length) / this.pageSize) + 1;
  }

  /**
   * Checks the pages of a large value, and marks them as used.
   * @param node the leaf's node that refers to it
   * @returns the first page, and how many there are
   * @throws PageFault, NodeJS.ErrnoException
   */
  large(pages: Pages, node: number, wrote: number): { first: number; count: number } {
    const data = node + NODE_HEADER_BYTES + pages.keyLength(node);
    const first = Number(pages.view.getBigUint64(data, true));
    const count = Number(pages.view.getBigUint64(data + 16, true));
    // it has more pages than it needs where a larger value was there before
    if (count < this.#pagesOf(pages.dataLength(node)))
      throw new PageFault("a value has fewer pages than its bytes take", first);
    this.claim(first, count);
    const head = new Pages(HEADER_BYTES, 1);
    this.#fill(head.bytes, first, 0);
    if (Number(head.view.getBigUint64(0, true)) !== first)
      throw new PageFault("it is another page", first);
    const isLarge = head.halves[FLAGS_AT] === OVERFLOW && head.view.getUint32(20, true) === count;
    if (!isLarge) throw new PageFault("it is of another kind", first);
    if (writtenBy(head, 0) > wrote)
      throw new PageFault("it is newer than what refers to it", first);
    return { first, count };
  }

  /** The bytes of a large value. */
  readLarge(target: Uint8Array, first: number): void {
    this.#fill(target, first, HEADER_BYTES);
  }

  /** @throws CutFault if the file ends before these pages do */
  demandThere(first: number, count: number): void {
    this.#fill(new Uint8Array(1), first + count - 1, this.pageSize - 1);
  }
}

interface Expected {
  number: number;
  wrote: number;
  isLeaf: boolean;
}

/** The transaction that wrote the page at `at`. */
export const writtenBy = (pages: Pages, at: number): number =>
  pages.view.getUint32(at + 8, true) + pages.view.getUint32(at + 12, true) * 2 ** 32;
