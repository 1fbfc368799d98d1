// Checks the free list, which names the pages that the next writers may use. A page that is in it and in use would be
// overwritten.
//
// Its keys are u64 numbers of transactions; a value is a u64 count, and as many i64: 0 stands for nothing, -N for N pages
// from the page that follows, any other for one page (lmdb-js, midl.c).

import { HEADER_BYTES, NODE_HEADER_BYTES } from "./layout.js";
import { PageFault } from "./page-fault.js";
import type { PageFile } from "./page-file.js";
import { Pages } from "./page-file.js";
import { largeOf } from "./tables.js";
import { type Order, TreeWalk } from "./walk.js";

const ENTRY_BYTES = 8;

/**
 * Call it after all pages in use have been read.
 * @throws PageFault, NodeJS.ErrnoException
 */
export function checkFreeList(file: PageFile): void {
  // the free list's own pages are in use, too
  const free = [...freeRanges(file)];
  for (const [first, count] of free) file.claim(first, count);
}

/**
 * The pages that are free, as ranges.
 * @throws PageFault, NodeJS.ErrnoException
 */
export function* freeRanges(file: PageFile): Generator<[first: number, count: number]> {
  const { freeList, transactionId } = file.meta;
  const walk = new TreeWalk(file, freeList, "the free list", { order: byNumber });
  for (const leaf of walk.leaves(transactionId)) {
    for (let index = 0; index < leaf.nodes; index++) {
      const node = leaf.pages.node(leaf.at, index);
      if (leaf.pages.keyLength(node) !== ENTRY_BYTES)
        throw new PageFault("the free list has a key that isn't a number");
      const large = largeOf(file, walk, { leaf, node });
      const length = leaf.pages.dataLength(node);
      let view = leaf.pages.view;
      let at = node + NODE_HEADER_BYTES + ENTRY_BYTES;
      if (large) {
        const value = new Pages(HEADER_BYTES, Math.ceil(length / HEADER_BYTES));
        file.readLarge(value.bytes.subarray(0, length), large.first);
        view = value.view;
        at = 0;
      }
      yield* rangesIn(view, at, length);
    }
  }
}

function* rangesIn(view: DataView, at: number, length: number): Generator<[number, number]> {
  const room = Math.floor(length / ENTRY_BYTES) - 1;
  const count = room < 0 ? 1 : Number(view.getBigUint64(at, true));
  if (count > room) throw new PageFault("the free list has a record that is cut");
  const entry = (index: number) => Number(view.getBigInt64(at + (1 + index) * ENTRY_BYTES, true));
  for (let index = 0; index < count; index++) {
    const found = entry(index);
    if (found === 0) continue;
    if (found > 0) yield [found, 1];
    else if (index + 1 < count) yield [entry(++index), -found];
  }
}

const byNumber: Order = (one, other) => {
  for (let at = ENTRY_BYTES - 1; at >= 0; at--) {
    const difference =
      (one.bytes[one.start + at] as number) - (other.bytes[other.start + at] as number);
    if (difference !== 0) return difference;
  }
  return 0;
};
