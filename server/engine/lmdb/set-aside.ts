// Moves the files of a damaged database out of the way, so that a restore can make a new one in its place.

import { rename } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { flushDirectory } from "../../platform/files/flush-directory.js";
import { isThere } from "../../platform/files/is-there.js";
import type { DatabasePlace } from "../../storage/engine.js";
import { DATA_FILE } from "./data-file.js";
import { LOCK_FILE } from "./lock-file.js";
import { Occupation } from "./occupation.js";

export async function setAside(
  place: DatabasePlace,
  { suffix, dryRun }: { suffix: string; dryRun: boolean },
): Promise<string> {
  using _ = keepServersOut(place);
  if (!dryRun) await renameBoth(place.dir, suffix);
  return `${join(place.dir, DATA_FILE)}.${suffix}`;
}

/** A server would go on writing to the file under its other name. */
function keepServersOut({ kind, dir }: DatabasePlace): Occupation | undefined {
  try {
    return Occupation.keepServersOut({ kind, dir });
  } catch (error) {
    if (!(error instanceof FlowgError) || !error.details.isServed) throw error;
    throw new FlowgError("REFUSED", `a server has the damaged ${kind} database in ${dir} open`, {
      hint: "stop the server first; nothing was changed",
    });
  }
}

/** The lock file goes with the data file, because its readers don't read the new one. */
async function renameBoth(dir: string, suffix: string): Promise<void> {
  for (const name of [DATA_FILE, LOCK_FILE]) {
    const path = join(dir, name);
    if (!(await isThere(path))) continue;
    await rename(path, `${path}.${suffix}`).catch((cause) => {
      throw fileError(cause, "rename", path);
    });
  }
  await flushDirectory(dir);
}
