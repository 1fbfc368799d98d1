// Guesses whether a command line opens databases of this machine, from its words alone and before anything is loaded. A
// wrong guess costs nothing: a run knows by itself whether it is watched.

import type { Environment } from "./check-words.js";

/** They read backups. */
const OPEN_NONE: ReadonlySet<string> = new Set(["verify", "inspect"]);

export function opensDatabases(words: readonly string[], env: Environment): boolean {
  const [group, command = "-"] = words;
  if (group === "serve" || group === "drill") return !asksForHelp(words.slice(1));
  if (group !== "admin" || command.startsWith("-") || OPEN_NONE.has(command)) return false;
  const flags = flagsIn(words.slice(2));
  // what it compares, its arguments say
  if (command === "diff") return !asksForHelp(flags);
  const isGiven = (pattern: RegExp) => flags.some((word) => pattern.test(word));
  if (asksForHelp(flags) || isGiven(/^--url(=.*)?$/s)) return false;
  return !env.FLOWG_URL || isGiven(/^--(auth|config|log)-dir(=|$)/);
}

const asksForHelp = (words: readonly string[]): boolean =>
  flagsIn(words).some((word) => word === "-h" || word === "--help");

function flagsIn(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return end < 0 ? words : words.slice(0, end);
}
