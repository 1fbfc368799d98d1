// Makes directories for temporary files (0700), which are removed in the end. What a killed process has left, the next one
// removes that needs such a directory in the same place.

import { type FileHandle, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../errors.js";
import { fileError } from "./file-error.js";
import { hasLocks } from "./file-lock.js";
import { createLocked } from "./locked-file.js";
import { claim, MAKER, maker, makerOf, release, removeAbandoned } from "./maker.js";
import { removeOwnDirectory } from "./remove-own-directory.js";

/** `.flowg-scratch-4711-1a2b3c4d-locked-Xy12Ab` is hidden and names its maker. */
const PREFIX = ".flowg-scratch-";
const SCRATCH = new RegExp(String.raw`^\.flowg-scratch-${MAKER}-[A-Za-z0-9]{6}$`);
/** The file in it that its maker holds a lock on. */
const LOCK = "lock";

export interface ScratchOptions {
  /** Whether to use locks, which loads native code. */
  locks?: boolean;
}

export interface ScratchDirectory {
  path: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws FILE_UNAVAILABLE, DISK_FULL */
export async function makeScratchDirectory(
  parent: string,
  options: ScratchOptions = {},
): Promise<ScratchDirectory> {
  await sweepScratch(parent, options);
  for (;;) {
    const made = await tryToMake(parent, options).catch((cause) => {
      throw fileError(cause, "create a directory in", parent);
    });
    if (made) return made;
  }
}

/** @returns undefined if a sweep took it for left behind, before its lock was taken */
async function tryToMake(
  parent: string,
  { locks = hasLocks() }: ScratchOptions,
): Promise<ScratchDirectory | undefined> {
  const path = await mkdtemp(join(parent, `${PREFIX}${maker(locks)}-`));
  claim(path);
  let lock: FileHandle | undefined;
  const remove = async () => {
    // the next run removes what can't be removed now; the work itself has not failed
    await rm(path, { recursive: true, force: true }).catch(() => {});
    await lock?.close().catch(() => {});
    release(path);
  };
  if (!locks) return { path, [Symbol.asyncDispose]: remove };
  try {
    lock = await createLocked(join(path, LOCK));
  } catch (cause) {
    await remove();
    if (systemCode(cause) !== "ENOENT") throw cause;
  }
  if (lock) return { path, [Symbol.asyncDispose]: remove };
  await remove();
  return undefined;
}

/** Removes scratch directories that killed processes left in a directory; without `locks` only those made without. */
export async function sweepScratch(
  parent: string,
  { locks = true }: ScratchOptions = {},
): Promise<void> {
  // what can't be read or removed here may be another user's
  for (const name of await readdir(parent).catch(() => [])) {
    const made = makerOf(name, SCRATCH);
    if (!made || (made.isLocked && !locks)) continue;
    const path = join(parent, name);
    const remove = () => removeOwnDirectory(path);
    await removeAbandoned(path, made, { remove, lock: join(path, LOCK) }).catch(() => {});
  }
}
