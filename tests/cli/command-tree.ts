// Every command and group there is, found by walking the tree as the program does.

import type { Command, Group } from "../../cli/command.js";
import { root } from "../../cli/root.js";

export interface Found {
  /** Without `flowg`: `["admin", "backup"]`. */
  words: string[];
  node: Command | Group;
}

async function walk(words: string[], node: Command | Group): Promise<Found[]> {
  if (node.type === "command") return [{ words, node }];
  const below = await Promise.all(
    Object.entries(node.commands).map(async ([name, load]) => walk([...words, name], await load())),
  );
  return [{ words, node }, ...below.flat()];
}

export const tree = await walk([], root);
export const commands = tree.filter(
  (found): found is Found & { node: Command } => found.node.type === "command",
);
