// Whether a command line is one that opens databases of this machine: told from its words alone, before anything is
// loaded. Where that is wrong, nothing is lost: a run knows by itself whether it is watched.

import type { Environment } from "./check-words.js";

/** They read backups. */
const OPEN_NONE: ReadonlySet<string> = new Set(["verify", "inspect"]);

export function opensDatabases(words: readonly string[], env: Environment): boolean {
  const [group, command = "-"] = words;
  if (group !== "admin" || command.startsWith("-") || OPEN_NONE.has(command)) return false;
  const end = words.indexOf("--");
  const flags = words.slice(2, end < 0 ? words.length : end);
  const isGiven = (pattern: RegExp) => flags.some((word) => pattern.test(word));
  if (isGiven(/^(-h|--help|--url(=.*)?)$/s)) return false;
  return !env.FLOWG_URL || isGiven(/^--(auth|config|log)-dir(=|$)/);
}
