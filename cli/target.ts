// Chooses what a command talks to.

import type { Administration } from "./administration.js";
import { defaultValue } from "./check-words.js";
import { directories } from "./flags.js";
import type { Output } from "./output/output.js";

/** The values of the directory flags a command has; one it hasn't, it does not use. */
export type DirectoryValues = Partial<Record<keyof typeof directories, string>>;

export async function administrationFor(
  args: DirectoryValues,
  output: Output,
): Promise<Administration> {
  const dir = (flag: keyof typeof directories): string =>
    args[flag] ?? defaultValue(directories[flag], process.env);
  // the core brings native code along: only now, and only here
  const { offlineAdministration } = await import("./offline.js");
  const dirs = { auth: dir("auth-dir"), config: dir("config-dir"), logs: dir("log-dir") };
  return offlineAdministration(dirs, (text) => output.remark(text));
}
