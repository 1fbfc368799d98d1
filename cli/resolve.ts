// Finds the command that the words name, and loads only the groups on the way to it.

import { unknown } from "./check-words.js";
import type { Command, Group } from "./command.js";
import { CliError } from "./failure.js";

export interface Resolved {
  /** `["flowg", "admin", "backup"]` */
  path: readonly string[];
  node: Command | Group;
  /** The words after the command's name. A group can only show its help. */
  words: readonly string[];
}

/** @throws USAGE for a command that does not exist */
export async function resolve(root: Group, words: readonly string[]): Promise<Resolved> {
  const path = ["flowg"];
  let node: Command | Group = root;
  let at = 0;
  while (node.type === "group") {
    const word: string | undefined = words[at];
    if (word === undefined) return { path, node, words: [] };
    if (word === "-h" || word === "--help") return { path, node, words: [] };
    const { list } = node.commands;
    if (list !== undefined && word.startsWith("-")) {
      // `flowg snapshots --latest` lists: a group with only flags after it means its `list`
      return { path: [...path, "list"], node: await list(), words: words.slice(at) };
    }
    node = await child(node, path, word);
    path.push(word);
    at++;
  }
  return { path, node, words: words.slice(at) };
}

async function child(
  group: Group,
  path: readonly string[],
  word: string,
): Promise<Command | Group> {
  const load = Object.hasOwn(group.commands, word) ? group.commands[word] : undefined;
  if (load) return await load();
  const parent = path.join(" ");
  const see = `see \`${parent} --help\``;
  if (word.startsWith("-")) {
    const name = word.replace(/=.*/s, "");
    throw new CliError("USAGE", `unknown flag ${name}: ${parent} takes a command first`, see);
  }
  const elsewhere = await groupWith(group, word);
  if (elsewhere !== undefined) {
    const question = `did you mean ${elsewhere} ${word}?`;
    throw new CliError("USAGE", `unknown command ${word}; ${question}`, see);
  }
  throw unknown("command", word, Object.keys(group.commands), see);
}

/** Finds the group inside this one that has the command, if exactly one has it. */
async function groupWith(group: Group, word: string): Promise<string | undefined> {
  const found: string[] = [];
  for (const [name, load] of Object.entries(group.commands)) {
    const node = await load();
    if (node.type === "group" && Object.hasOwn(node.commands, word)) found.push(name);
  }
  return found.length === 1 ? found[0] : undefined;
}
