// The command that takes a restore back, ready to be typed.

import type { Origin } from "./command.js";
import { quoted } from "./output/quoted.js";

/** Flags that say which databases: by itself the command would look for the restore in others. */
const PLACES = ["auth-dir", "config-dir", "log-dir", "url"] as const;

/** The command that takes a run back, with the places that flags gave this run. Those of the environment will be there again. */
export function undoCommand(
  run: string,
  args: Readonly<Record<string, unknown>>,
  origins: Readonly<Record<string, Origin>>,
): string {
  const given = PLACES.filter((name) => origins[name] === "flag");
  const words = given.flatMap((name) => [`--${name}`, quoted(String(args[name]))]);
  return ["flowg admin undo", run, ...words].join(" ");
}
