// Whether a data file that is shorter than LMDB's count of its pages still has every page that is in use. It
// may: pages that were taken at the end and freed in the same transaction are never written. Only a walk over the
// trees tells that from a file that was cut.
//
// Layout (LMDB mdb.c, struct MDB_page and MDB_node, 64-bit little-endian): a page has its number (u64), flags
// (u16 at 18), the end of its node offsets (u16 at 20), and u16 offsets of nodes from 24. A node: u16 low, u16
// high, u16 flags, u16 key length, key, data. In a branch page low, high and flags are the child's number.

import type { FileHandle } from "node:fs/promises";

const HEADER = 24;
const BRANCH = 0x01;
const LEAF = 0x02;
const BIG_DATA = 0x01;
const SUB_DATA = 0x02;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
/** Of a tree's root, inside the description of a table that is a leaf's data (struct MDB_db). */
const ROOT_AT = 40;

export interface PagesInFile {
  pageSize: number;
  /** Root pages of the trees; a tree without records has no page. */
  roots: readonly bigint[];
  /** How many whole pages the file holds. */
  pages: number;
}

/** Whether all pages that can be reached from the roots are in the file and look like pages. */
export async function hasAllPages(
  file: FileHandle,
  { pageSize, roots, pages }: PagesInFile,
): Promise<boolean> {
  const page = Buffer.alloc(pageSize);
  const open: number[] = [];
  const reach: Reach = (number, run) => {
    if (number === NO_PAGE) return;
    if (number + BigInt(run ?? 1) > BigInt(pages)) throw new Missing();
    // a run is a value: it has no nodes, and that its pages are there is all
    if (run === undefined) open.push(Number(number));
  };
  try {
    for (const root of roots) reach(root);
    // a page is in one place of one tree: more of them than the file has are a circle
    for (let left = pages; open.length > 0; left--) {
      if (left === 0) return false;
      const number = open.pop() as number;
      const { bytesRead } = await file.read(page, 0, pageSize, number * pageSize);
      if (bytesRead < pageSize || page.readBigUInt64LE(0) !== BigInt(number)) return false;
      reachFrom(page, reach);
    }
    return true;
  } catch (error) {
    // a node that points out of its page
    if (error instanceof Missing || error instanceof RangeError) return false;
    throw error;
  }
}

/** @param run how many pages a large value takes; a page of a tree otherwise */
type Reach = (number: bigint, run?: number) => void;

class Missing extends Error {}

function reachFrom(page: Buffer, reach: Reach): void {
  const flags = page.readUInt16LE(18);
  if ((flags & (BRANCH | LEAF)) === 0) throw new Missing();
  const nodesEnd = page.readUInt16LE(20);
  for (let at = HEADER; at < nodesEnd; at += 2) {
    const node = page.readUInt16LE(at);
    const low = page.readUInt32LE(node);
    const nodeFlags = page.readUInt16LE(node + 4);
    if (flags & BRANCH) {
      reach(BigInt(low) + (BigInt(nodeFlags) << 32n));
      continue;
    }
    const data = node + 8 + page.readUInt16LE(node + 6);
    if (nodeFlags & SUB_DATA) reach(page.readBigUInt64LE(data + ROOT_AT));
    else if (nodeFlags & BIG_DATA) {
      reach(page.readBigUInt64LE(data), Math.ceil((HEADER + low) / page.byteLength));
    }
  }
}
