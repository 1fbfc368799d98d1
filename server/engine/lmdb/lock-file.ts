// Checks LMDB's lock file before LMDB maps it. A lock file that can't be opened makes lmdb-js 3.5 crash the process. One that
// the disk has no room for causes a SIGBUS at the first write to it. Here both get an error.

import { randomUUID } from "node:crypto";
import { access, constants, link, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError, isDiskFull, systemCode } from "../../platform/errors.js";
import { hintFor, reasonOf } from "../../platform/files/file-error.js";
import { giveToOwnerOf } from "../../platform/files/give-to-owner.js";
import { DATA_FILE } from "./data-file.js";

export const LOCK_FILE = "lock.mdb";

/** The length that LMDB gives it on x64 with 512 readers. If it needs more, it makes the file longer. */
const LOCK_BYTES = 32_976;

/** With these errors LMDB goes on without a lock file, if it only reads (lmdb-js, mdb.c: mdb_env_setup_locks). */
const READS_WITHOUT: ReadonlySet<string> = new Set(["EACCES", "EROFS"]);
/** Errors of linking that don't mean a file system without links. */
const LINK_FAULTS: ReadonlySet<string> = new Set([
  "ENOENT",
  "EACCES",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "EIO",
]);
/** How often a draft is made anew. A sweep may remove it, lasts a moment, and comes with each run of a command. */
const TRIES = 100;
/** The names of lock files that aren't whole yet. */
export const LOCK_DRAFT = /^lock\.mdb\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Makes sure that LMDB can map its lock file. Makes it, with all its pages, if it isn't there.
 * @throws DATABASE_UNAVAILABLE, DISK_FULL
 */
export async function prepareLockFile(dir: string, { readOnly }: { readOnly: boolean }) {
  const path = join(dir, LOCK_FILE);
  const found = await stat(path).catch((cause) => {
    if (systemCode(cause) !== "ENOENT") throw unusable(path, cause);
  });
  if (found && !found.isFile()) throw notAFile(path);
  try {
    if (found) await access(path, constants.R_OK | constants.W_OK);
    else await makeLockFile(path, join(dir, DATA_FILE));
  } catch (cause) {
    if (readOnly && READS_WITHOUT.has(systemCode(cause) ?? "")) return;
    if (cause instanceof FlowgError) throw cause;
    throw unusable(path, cause);
  }
}

/** @throws NodeJS.ErrnoException, DATABASE_UNAVAILABLE */
async function makeLockFile(path: string, data: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryToMake(path, data);
    } catch (cause) {
      // a sweep took the draft for one that was left behind
      if (systemCode(cause) !== "ENOENT" || tries === TRIES) throw cause;
    }
  }
}

/** @throws ENOENT also when a sweep is quicker */
async function tryToMake(path: string, data: string): Promise<void> {
  // it gets its name only when it is whole, because another process may open it at any moment
  const staged = `${path}.${randomUUID()}`;
  try {
    {
      // closed before it has its name, and never opened by a sweep: closing it would end this process's LMDB locks on it
      await using file = await open(staged, "wx", 0o600);
      await file.writeFile(Buffer.alloc(LOCK_BYTES));
      // root may look into another user's database, whose owner must be able to open it afterwards
      await giveToOwnerOf(data, file);
    }
    await link(staged, path).catch(async (cause) => {
      const code = systemCode(cause) ?? "";
      // another process was quicker, or a link has the name that leads nowhere
      if (code === "EEXIST") {
        const found = await stat(path).catch(() => undefined);
        if (!found?.isFile()) throw notAFile(path);
      } else if (LINK_FAULTS.has(code)) throw cause;
      // otherwise LMDB makes its own
    });
  } finally {
    await rm(staged, { force: true }).catch(() => undefined);
  }
}

function notAFile(path: string): FlowgError {
  return new FlowgError("DATABASE_UNAVAILABLE", `${path} is not a file`, {
    hint: "LMDB keeps its lock file there: move away what it is",
  });
}

function unusable(path: string, cause: unknown): FlowgError {
  if (isDiskFull(cause)) {
    return new FlowgError("DISK_FULL", `no space left for ${path}`, {
      cause,
      hint: "free some space and try again; nothing was changed",
    });
  }
  return new FlowgError("DATABASE_UNAVAILABLE", `cannot use ${path}: ${reasonOf(cause)}`, {
    cause,
    hint: hintFor(cause) ?? "check its permissions, or run as its owner",
  });
}
