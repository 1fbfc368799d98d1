// The command that takes a restore back, ready to be typed.

import type { Origin } from "./command.js";
import { quoted } from "./output/quoted.js";

/** Flags that choose the databases: without them the command would look for the restore elsewhere. */
const PLACES = ["auth-dir", "config-dir", "log-dir", "url"] as const;

/** Names the places that this run got by flags. The environment will give the others again. */
export function undoCommand(
  run: string,
  args: Readonly<Record<string, unknown>>,
  origins: Readonly<Record<string, Origin>>,
): string {
  const given = PLACES.filter((name) => origins[name] === "flag");
  const words = given.flatMap((name) => [`--${name}`, quoted(String(args[name]))]);
  return ["flowg admin undo", run, ...words].join(" ");
}
