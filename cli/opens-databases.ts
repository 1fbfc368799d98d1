// Guesses from the words of a command line, before anything is loaded, whether it opens databases of this machine. A wrong
// guess does no harm, since a run knows whether it is watched.

import type { Environment } from "./check-words.js";

/** Commands that read only backups. */
const OPEN_NONE: ReadonlySet<string> = new Set(["verify", "inspect"]);

export function opensDatabases(words: readonly string[], env: Environment): boolean {
  const [group, command = "-"] = words;
  if (group === "serve" || group === "drill") return !asksForHelp(words.slice(1));
  if (group !== "admin" || command.startsWith("-") || OPEN_NONE.has(command)) return false;
  const flags = flagsIn(words.slice(2));
  // only its arguments say what it compares
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
