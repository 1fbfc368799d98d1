// One state of a damaged file: its free list, and its tables as far as their trees can be followed.

import { FLAGS_AT, LEAF, type Meta, type Tree } from "../tree/layout.js";
import { PageFile } from "../tree/page-file.js";
import type { DamagedFile } from "./damaged-file.js";
import { type FreePages, freePagesOf, within } from "./free-pages.js";
import { isGap, LossyWalk, type Step, type Within } from "./lossy-walk.js";
import { nodeAt, nodesOf, type Proven } from "./proven-records.js";
import { tableTrees } from "./table-trees.js";

export class DamagedState {
  readonly free: FreePages;
  readonly #trees: Map<string, Tree>;
  readonly #checks: PageFile;

  /** @param fd a number of the open file */
  constructor(
    fd: number,
    private readonly file: DamagedFile,
    readonly meta: Meta,
  ) {
    this.free = freePagesOf(fd, file, meta);
    this.#trees = tableTrees(file, meta);
    this.#checks = new PageFile(fd, within(meta, file));
  }

  /** How many records the tree of a table counts; undefined where there is no tree, or the number is impossible. */
  entries(table: string): number | undefined {
    const entries = this.#trees.get(table)?.entries;
    return entries !== undefined && entries <= this.file.bytes ? entries : undefined;
  }

  /** Walks a table, a leaf at a time. */
  *steps(table: string, isOurs: (key: Uint8Array) => boolean, keys?: Within): Generator<Step[]> {
    const tree = this.#trees.get(table);
    const walk = new LossyWalk({
      file: this.file,
      checks: this.#checks,
      transactionId: this.meta.transactionId,
      isFree: this.free.isFree,
      isOurs,
    });
    const problem = tree ? problemOf(tree, walk) : "the list of tables is damaged";
    if (problem !== undefined) {
      const page = tree?.root ?? this.meta.tables.root ?? 0;
      yield [{ problem, page, low: undefined, high: undefined }];
    } else if (tree?.root !== undefined) yield* walk.steps(tree.root, keys);
  }

  /** Reads as much as it can of a small table. */
  values(table: string): { values: Proven[]; isWhole: boolean } {
    const values: Proven[] = [];
    let isWhole = true;
    for (const steps of this.steps(table, (key) => key.byteLength > 0)) {
      for (const step of steps) {
        if (isGap(step)) isWhole = false;
        else values.push(step);
      }
    }
    return { values, isWhole };
  }

  /** A value of a small table, in a database whose values have no checksums. */
  plain(table: string, key: Uint8Array): string | undefined {
    const root = this.#trees.get(table)?.root;
    const page = root === undefined ? undefined : this.file.page(root);
    if (!page || page.halves[FLAGS_AT] !== LEAF) return undefined;
    for (let index = 0; index < nodesOf(page); index++) {
      const found = nodeAt(page, index);
      if (!found || Buffer.compare(found.key, key) !== 0) continue;
      const end = found.data + page.dataLength(found.node);
      return Buffer.from(page.bytes.subarray(found.data, end)).toString("latin1");
    }
    return undefined;
  }
}

/** Finds a root that is not the tree's: another number of the tree's description doesn't fit then. */
function problemOf({ root, depth, entries }: Tree, walk: LossyWalk): string | undefined {
  if (root === undefined) return entries === 0 ? undefined : "its tree has lost its root";
  const found = walk.depthOf(root);
  if (found === undefined || found === depth || walk.entriesBelow(root) === entries)
    return undefined;
  return `its tree is ${depth} pages deep, and this is a page of ${found}`;
}
