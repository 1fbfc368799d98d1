// Finds the directory in which a user's programs keep what concerns this user alone (XDG Base Directory Specification).

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Undefined for a user without a home, such as a number without a name in a container. */
export function configHome(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const config = env.XDG_CONFIG_HOME;
  // the specification says to ignore a relative path
  if (config && isAbsolute(config)) return join(config, "flowg");
  const home = env.HOME || homeOfUser();
  return home === undefined ? undefined : join(home, ".config", "flowg");
}

function homeOfUser(): string | undefined {
  try {
    // HOME may be empty
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
