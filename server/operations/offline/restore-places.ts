// Checks the directories of a restore: each database needs one of its own, which can be written.

import { realpath } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { isThere } from "../../platform/files/is-there.js";
import { nearestDirectory } from "../../platform/files/nearest-directory.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { Engine } from "../../storage/engine.js";
import type { RestoreOptions } from "./options.js";

/** Refuses one directory for two databases, before the first of them is restored. */
export async function refuseSharedDirs(dirs: RestoreOptions["dirs"]): Promise<void> {
  const seen = new Map<string, DatabaseKind>();
  for (const kind of DATABASE_KINDS) {
    const path = await realPath(dirs[kind]);
    const other = seen.get(path);
    if (other !== undefined) {
      throw new FlowgError("INPUT_INVALID", `${path} is given for both ${other} and ${kind}`, {
        hint: "each database has a directory of its own",
      });
    }
    seen.set(path, kind);
  }
}

/** @throws DATABASE_UNAVAILABLE */
export async function demandWritable(
  engine: Engine,
  dirs: RestoreOptions["dirs"],
  kinds: readonly DatabaseKind[],
): Promise<void> {
  for (const kind of kinds) {
    await engine.demandWritable({ kind, dir: dirs[kind] }).catch((error) => {
      if (!(error instanceof FlowgError)) throw error;
      const { code, hint, cause } = error;
      throw new FlowgError(code, `${error.message}; nothing was restored`, { hint, cause });
    });
  }
}

/** Follows the links of a path, as far as it exists. */
async function realPath(path: string): Promise<string> {
  const nearest = (await isThere(path)) ? resolve(path) : await nearestDirectory(path);
  return join(await realpath(nearest), relative(nearest, resolve(path)));
}
