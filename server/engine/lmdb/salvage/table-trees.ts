// Finds the trees of a damaged file's tables. The list of tables is itself a tree of one leaf.

import {
  FLAGS_AT,
  LEAF,
  type Meta,
  SUB_DATA,
  TREE_BYTES,
  type Tree,
  treeAt,
} from "../tree/layout.js";
import type { DamagedFile } from "./damaged-file.js";
import { numberOf } from "./damaged-file.js";
import { nodeAt, nodesOf } from "./proven-records.js";

/** The trees that can be read, by the names of their tables. */
export function tableTrees(file: DamagedFile, { tables }: Pick<Meta, "tables">): Map<string, Tree> {
  const trees = new Map<string, Tree>();
  const page = tables.root === undefined ? undefined : file.page(tables.root);
  if (!page || numberOf(page) !== tables.root || page.halves[FLAGS_AT] !== LEAF) return trees;
  for (let index = 0; index < nodesOf(page); index++) {
    const found = nodeAt(page, index);
    if (!found || page.flags(found.node) !== SUB_DATA) continue;
    if (page.dataLength(found.node) !== TREE_BYTES) continue;
    if (found.data + TREE_BYTES > page.bytes.byteLength) continue;
    // lmdb-js ends the names of tables with a zero byte
    const name = Buffer.from(found.key).toString("latin1").replace(/\0$/, "");
    trees.set(name, treeAt(page.view, found.data));
  }
  return trees;
}
