// Finds the two states that a damaged file holds. Each meta page leads to one, and either may be damaged. The state's number
// says which is the newer one. Where that is damaged, the pages tell, because each transaction writes some anew.

import { readSync } from "node:fs";
import { systemCode } from "../../../platform/errors.js";
import {
  BRANCH,
  FLAGS_AT,
  LEAF,
  META_BYTES,
  type Meta,
  metaIn,
  type Tree,
} from "../tree/layout.js";
import { writtenBy } from "../tree/page-file.js";
import { DamagedFile, numberOf } from "./damaged-file.js";
import { tableTrees } from "./table-trees.js";

export interface States {
  file: DamagedFile;
  /** Undefined where neither meta page is sound. */
  newest: Meta | undefined;
  /** The state before it. */
  older: Meta | undefined;
  /** What is wrong with the meta pages. */
  problems: string[];
}

const PAGE_SIZES = Array.from({ length: 9 }, (_, index) => 256 << index);
/** How many pages are looked at to guess their size. */
const GUESSED_BY = 256;

/** @param fd a number of an open file of `bytes` bytes */
export function statesIn(fd: number, bytes: number): States {
  const first = metaIn(bytesAt(fd, 0), 0);
  const others = PAGE_SIZES.flatMap((size) => {
    const meta = metaIn(bytesAt(fd, size), 1);
    return meta?.pageSize === size ? [meta] : [];
  });
  const second = others.find(({ pageSize }) => pageSize === first?.pageSize) ?? others[0];
  // the second meta page's size fits its place; the first may say anything
  const pageSize = second?.pageSize ?? first?.pageSize ?? guessPageSize(fd, bytes);
  const file = new DamagedFile(fd, pageSize, bytes);
  const states = ([first, second] as const).flatMap((meta) =>
    meta?.pageSize === pageSize ? [{ meta, wrote: lastWrittenOf(file, meta) }] : [],
  );
  const problems = ([first, second] as const).flatMap((meta, place) =>
    meta?.pageSize === pageSize
      ? []
      : [`its meta page ${place} is damaged, which may have led to a newer state`],
  );
  states.sort((a, b) => b.meta.transactionId - a.meta.transactionId);
  if (areUnlikely(states)) {
    problems.push("the number of a meta page is not what was written");
    states.sort((a, b) => (b.wrote ?? 0) - (a.wrote ?? 0));
  }
  const [newest, older] = states.map(({ meta, wrote }) => ({
    ...meta,
    transactionId: wrote ?? meta.transactionId,
  }));
  return { file, newest, older, problems };
}

/**
 * Whether the numbers of two states can't be right: their transactions don't follow each other, or the newer state's pages are
 * not newer. A compact copy has one state twice.
 * @param states the newer one first, by these numbers
 */
function areUnlikely([newer, older]: readonly {
  meta: Meta;
  wrote: number | undefined;
}[]): boolean {
  if (!newer || !older || isSame(newer.meta, older.meta)) return false;
  if (newer.meta.transactionId - older.meta.transactionId !== 1) return true;
  return newer.wrote !== undefined && older.wrote !== undefined && newer.wrote <= older.wrote;
}

const isSame = (one: Meta, other: Meta): boolean =>
  one.tables.root === other.tables.root && one.freeList.root === other.freeList.root;

function bytesAt(fd: number, start: number): Uint8Array {
  const bytes = new Uint8Array(META_BYTES);
  try {
    readSync(fd, bytes, 0, META_BYTES, start);
  } catch (cause) {
    if (systemCode(cause) === undefined) throw cause;
  }
  return bytes;
}

/** The bytes of both meta pages. Each commit changes one of them. */
export const metaBytes = (fd: number, pageSize: number): Uint8Array =>
  Buffer.concat([bytesAt(fd, 0), bytesAt(fd, pageSize)]);

/**
 * The last transaction that wrote a page of a state. Two of three sources must agree on it: the meta page, the root of the list
 * of tables, the newest root of a table. A page is never newer than the page above it.
 */
function lastWrittenOf(file: DamagedFile, meta: Meta): number | undefined {
  const roots = [...tableTrees(file, meta).values()].flatMap(
    ({ root }) => numberAtRoot(file, root) ?? [],
  );
  const said = [
    meta.transactionId,
    numberAtRoot(file, meta.tables.root),
    roots.length > 0 ? Math.max(...roots) : undefined,
  ];
  return said.find((one, index) => one !== undefined && said.indexOf(one, index + 1) > 0);
}

function numberAtRoot(file: DamagedFile, root: Tree["root"]): number | undefined {
  const page = root === undefined ? undefined : file.page(root);
  if (!page || numberOf(page) !== root) return undefined;
  const flags = page.halves[FLAGS_AT];
  return flags === LEAF || flags === BRANCH ? writtenBy(page, 0) : undefined;
}

/** The size at which most pages say their own number. */
function guessPageSize(fd: number, bytes: number): number {
  const fitting = (pageSize: number): number => {
    const file = new DamagedFile(fd, pageSize, bytes);
    let count = 0;
    for (let number = 2; number < Math.min(file.pages, GUESSED_BY); number++) {
      const page = file.page(number);
      if (page && numberOf(page) === number) count++;
    }
    return count * pageSize;
  };
  const sizes = PAGE_SIZES.map((pageSize) => ({ pageSize, fits: fitting(pageSize) }));
  return sizes.reduce((best, one) => (one.fits > best.fits ? one : best)).pageSize;
}
