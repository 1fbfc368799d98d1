// Finds the tables of a data file. Each is a tree, whose description is a value of another tree, under the table's name.

import { BIG_DATA, NODE_HEADER_BYTES, SUB_DATA, TREE_BYTES, type Tree, treeAt } from "./layout.js";
import { PageFault } from "./page-fault.js";
import type { PageFile } from "./page-file.js";
import { type KeysBetween, type LeafPage, TreeWalk } from "./walk.js";

export interface TableTree {
  name: string;
  tree: Tree;
  /** The transaction that wrote the page above. */
  wrote: number;
}

/**
 * Reads the list of tables. Another program's file may hold other things beside them, which are left out.
 * @throws PageFault, NodeJS.ErrnoException
 */
export function tablesIn(file: PageFile): TableTree[] {
  const tables: TableTree[] = [];
  const { tables: list, transactionId } = file.meta;
  const walk = new TreeWalk(file, list, "the list of tables");
  for (const leaf of walk.leaves(transactionId)) {
    const { pages, at, nodes, wrote } = leaf;
    for (let index = 0; index < nodes; index++) {
      const node = pages.node(at, index);
      largeOf(file, walk, { leaf, node });
      if (pages.flags(node) !== SUB_DATA) continue;
      if (pages.dataLength(node) !== TREE_BYTES)
        throw new PageFault("the list of tables has one without a tree");
      const start = node + NODE_HEADER_BYTES;
      const data = start + pages.keyLength(node);
      const name = Buffer.from(pages.bytes.subarray(start, data)).toString();
      // lmdb-js ends the names of tables with a zero byte
      tables.push({ name: name.replace(/\0$/, ""), tree: treeAt(pages.view, data), wrote });
    }
  }
  return tables;
}

/**
 * Reads every page of a table.
 * @param range reads only the pages on the way to these keys
 * @throws PageFault, NodeJS.ErrnoException
 */
export function checkTable(
  file: PageFile,
  { name, tree, wrote }: TableTree,
  range?: KeysBetween,
): void {
  const walk = new TreeWalk(file, tree, `the table ${name}`, { range });
  for (const leaf of walk.leaves(wrote)) {
    for (let index = 0; index < leaf.nodes; index++) {
      const node = leaf.pages.node(leaf.at, index);
      if (leaf.pages.flags(node) === SUB_DATA)
        throw new PageFault(`the table ${name} has a table inside`);
      const large = largeOf(file, walk, { leaf, node });
      if (large) file.demandThere(large.first, large.count);
    }
  }
}

/** The pages of a node's value, where that stands in pages of its own. */
export function largeOf(
  file: PageFile,
  walk: TreeWalk,
  { leaf, node }: { leaf: LeafPage; node: number },
): { first: number; count: number } | undefined {
  if (leaf.pages.flags(node) !== BIG_DATA) return undefined;
  const large = file.large(leaf.pages, node, leaf.wrote);
  walk.addOverflow(large.count);
  return large;
}
