// Walks one tree of a damaged file in the order of its keys, and gives what can be reached and the gaps between.
//
// A page counts if it has the right number, was not written after this state, and isn't left over from an earlier state. The
// free list names pages that are left over; their records prove themselves like today's. If a page is in both the tree and the
// free list, something that leads to it is damaged. It is left over if a newer page that isn't free has its place, because
// pages in use at one time hold different keys. The keys above say whether a record is where it belongs. Where they contradict
// a page, one of the two is damaged. The page is right if it lies between its neighbours all the same.

import { BRANCH, FLAGS_AT, LEAF } from "../tree/layout.js";
import { PageFault } from "../tree/page-fault.js";
import type { PageFile, Pages } from "../tree/page-file.js";
import { writtenBy } from "../tree/page-file.js";
import { type Child, childrenOf, type Place } from "./branch-children.js";
import { type DamagedFile, numberOf } from "./damaged-file.js";
import { nodeAt, nodesOf, type Proven, type Proving, recordsOn } from "./proven-records.js";

/** A part of the tree that is missing, or not what was written. */
export interface Gap {
  problem: string;
  page: number;
  /** The key of one damaged record, as it is stored. */
  damagedKey?: Uint8Array | undefined;
  /** The keys that it lies between, as far as the pages above tell; `high` exclusive. */
  low: Uint8Array | undefined;
  high: Uint8Array | undefined;
}

export type Step = Proven | Gap;

export const isGap = (step: Step): step is Gap => "problem" in step;

/** Keys from `from` up to `to`, which is exclusive. */
export interface Within {
  from?: Uint8Array | undefined;
  to?: Uint8Array | undefined;
}

export interface LossyWalkOptions {
  file: DamagedFile;
  /** The same file's checks of pages. */
  checks: PageFile;
  /** The id of the state that is read. */
  transactionId: number;
  isFree: (page: number) => boolean;
  isOurs: Proving["isOurs"];
}

/** LMDB's own bound (mdb.c, CURSOR_STACK). */
const MAX_DEPTH = 32;

/** With more pages than this in both the tree and the free list, the free list itself is damaged. */
const DOUBTS = 64;

interface Bounds extends Place {
  /** Finds the first key after those of the page. */
  next: () => Uint8Array | undefined;
}

interface Looked {
  page: Pages;
  isLeaf: boolean;
  /** What is wrong with the page, if anything is. */
  fault: string | undefined;
}

export class LossyWalk {
  readonly #options: LossyWalkOptions;
  readonly #proving: Proving;
  #within: Within = {};
  #last: Uint8Array | undefined;
  /** How many pages were met that are also in the free list. */
  #doubts = 0;

  constructor(options: LossyWalkOptions) {
    this.#options = options;
    const { file, isOurs, isFree, transactionId } = options;
    this.#proving = {
      isOurs,
      large: (at) =>
        file.large(
          at,
          (wrote) => wrote <= transactionId && (wrote === at.wrote || !isFree(at.first)),
        ),
    };
  }

  /** Gives the steps of one leaf at a time. */
  *steps(root: number, within: Within = {}): Generator<Step[]> {
    this.#within = within;
    this.#last = undefined;
    yield* this.#below(root, { low: undefined, high: undefined, next: () => undefined }, 1);
  }

  /** How deep the tree is below a page, itself included; undefined where that can't be seen. */
  depthOf(number: number, depth = 1): number | undefined {
    const looked = depth > MAX_DEPTH ? "" : this.#look(number);
    if (typeof looked === "string") return undefined;
    if (looked.isLeaf) return 1;
    for (const child of childrenOf(looked.page)) {
      const below = child.number === undefined ? undefined : this.depthOf(child.number, depth + 1);
      if (below !== undefined) return below + 1;
    }
    return undefined;
  }

  /** How many records the leaves below a page say they have. */
  entriesBelow(number: number, depth = 1): number {
    const looked = depth > MAX_DEPTH ? "" : this.#look(number);
    if (typeof looked === "string") return 0;
    if (looked.isLeaf) return nodesOf(looked.page);
    let entries = 0;
    for (const child of childrenOf(looked.page))
      if (child.number !== undefined) entries += this.entriesBelow(child.number, depth + 1);
    return entries;
  }

  *#below(number: number, bounds: Bounds, depth: number): Generator<Step[]> {
    const { from, to } = this.#within;
    if (from && bounds.high && Buffer.compare(bounds.high, from) <= 0) return;
    if (to && bounds.low && Buffer.compare(bounds.low, to) >= 0) return;
    const looked = depth > MAX_DEPTH ? "the tree is deeper than any" : this.#look(number, bounds);
    if (typeof looked === "string") yield [gap(looked, number, bounds)];
    else if (looked.isLeaf) yield this.#leaf(looked, number, bounds);
    else yield* this.#branch(looked, number, { ...bounds, depth });
  }

  /** @returns a text that says why it isn't the right page */
  #look(number: number, place?: Place): Looked | string {
    const { file, checks, transactionId, isFree } = this.#options;
    if (number < 2 || !Number.isSafeInteger(number)) return "a page number that cannot be";
    const page = file.page(number);
    if (!page) return "it is not there";
    if (numberOf(page) !== number) return "it is another page";
    const flags = page.halves[FLAGS_AT];
    if (flags !== LEAF && flags !== BRANCH) return "it is of another kind";
    if (writtenBy(page, 0) > transactionId) return "it is newer than the state";
    if (isFree(number) && this.#isLeftOver(page, place)) return "it is left over from before";
    const isLeaf = flags === LEAF;
    return { page, isLeaf, fault: faultOf(checks, page, { number, isLeaf, transactionId }) };
  }

  /** Whether a page of the free list is an older version of one that is in use. */
  #isLeftOver(page: Pages, place: Place | undefined): boolean {
    const { file, isFree, transactionId } = this.#options;
    if (!place || ++this.#doubts > DOUBTS) return place === undefined;
    const wrote = writtenBy(page, 0);
    for (let number = 2; number < file.pages; number++) {
      const other = isFree(number) ? undefined : file.page(number);
      if (!other || numberOf(other) !== number) continue;
      const isNewer = writtenBy(other, 0) > wrote && writtenBy(other, 0) <= transactionId;
      if (
        isNewer &&
        other.halves[FLAGS_AT] === page.halves[FLAGS_AT] &&
        this.#hasKeyIn(other, place)
      )
        return true;
    }
    return false;
  }

  #hasKeyIn(page: Pages, { low, high }: Place): boolean {
    const isIn = (key: Uint8Array) =>
      !(low && Buffer.compare(key, low) < 0) && !(high && Buffer.compare(key, high) >= 0);
    if (page.halves[FLAGS_AT] === LEAF) {
      for (const one of recordsOn(page, this.#proving))
        if ("key" in one && isIn(one.key)) return true;
      return false;
    }
    for (let index = 1; index < nodesOf(page); index++) {
      const found = nodeAt(page, index);
      if (found && this.#options.isOurs(found.key) && isIn(found.key)) return true;
    }
    return false;
  }

  #leaf({ page, fault }: Looked, number: number, bounds: Bounds): Step[] {
    const steps: Step[] = [];
    let isSound = true;
    for (const one of recordsOn(page, this.#proving)) {
      if ("damagedKey" in one) {
        const problem = fault ?? "a record is not what was written";
        steps.push({ ...gap(problem, number, bounds), damagedKey: one.damagedKey });
        isSound = false;
        continue;
      }
      if (!this.#isWithin(one.key)) continue;
      if (this.#fits(one.key, bounds)) {
        steps.push(one);
        this.#last = one.key;
      } else {
        steps.push(gap(fault ?? "it stands in the place of another page", number, bounds));
        isSound = false;
      }
    }
    // it may have had more
    if (fault && isSound) steps.push(gap(fault, number, bounds));
    return steps;
  }

  #isWithin(key: Uint8Array): boolean {
    const { from, to } = this.#within;
    return !(from && Buffer.compare(key, from) < 0) && !(to && Buffer.compare(key, to) >= 0);
  }

  #fits(key: Uint8Array, { low, high, next }: Bounds): boolean {
    if (this.#last && Buffer.compare(key, this.#last) <= 0) return false;
    const isBefore = low !== undefined && Buffer.compare(key, low) < 0;
    const isAfter = high !== undefined && Buffer.compare(key, high) >= 0;
    if (!isBefore && !isAfter) return true;
    const following = next();
    return following === undefined || Buffer.compare(key, following) < 0;
  }

  *#branch(
    { page, fault }: Looked,
    number: number,
    { depth, ...bounds }: Bounds & { depth: number },
  ): Generator<Step[]> {
    const children = childrenOf(page, bounds);
    let isSound = true;
    for (const [index, child] of children.entries()) {
      const { low, high } = child;
      let following: { key: Uint8Array | undefined } | undefined;
      const next = () => {
        following ??= { key: this.#firstOf(children.slice(index + 1)) ?? bounds.next() };
        return following.key;
      };
      if (child.number === undefined) {
        yield [gap(fault ?? "a node points out of it", number, { low, high })];
        isSound = false;
      } else yield* this.#below(child.number, { low, high, next }, depth + 1);
    }
    // it may have had more
    if (fault && isSound) yield [gap(fault, number, { low: undefined, high: bounds.high })];
  }

  /** The first key that is there below these pages. */
  #firstOf(children: readonly Child[], depth = 1): Uint8Array | undefined {
    for (const { number } of children) {
      const looked = number === undefined || depth > MAX_DEPTH ? "" : this.#look(number);
      if (typeof looked === "string") continue;
      const first = looked.isLeaf
        ? this.#firstOn(looked.page)
        : this.#firstOf(childrenOf(looked.page), depth + 1);
      if (first) return first;
    }
    return undefined;
  }

  #firstOn(page: Pages): Uint8Array | undefined {
    for (const one of recordsOn(page, this.#proving)) if ("key" in one) return one.key;
    return undefined;
  }
}

const gap = (problem: string, page: number, { low, high }: Place): Gap => ({
  problem,
  page,
  low,
  high,
});

function faultOf(
  checks: PageFile,
  page: Pages,
  { transactionId, ...of }: { number: number; isLeaf: boolean; transactionId: number },
): string | undefined {
  try {
    checks.check(page, 0, { ...of, wrote: transactionId });
    return undefined;
  } catch (error) {
    if (error instanceof PageFault) return error.problem;
    throw error;
  }
}
