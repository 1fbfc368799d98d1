// A directory for what is needed on the way (0700), removed in the end; what a killed process left of its own
// is removed by the next one that needs such a directory in the same place.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "./file-error.js";
import { claim, isAbandoned, release } from "./owner.js";
import { removeOwnDirectory } from "./remove-own-directory.js";

/** `.flowg-scratch-4711-Xy12Ab`: hidden, and whose process can be asked for. */
const SCRATCH = /^\.flowg-scratch-(\d+)-/;

export interface ScratchDirectory {
  path: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws FILE_UNAVAILABLE, DISK_FULL */
export async function makeScratchDirectory(parent: string): Promise<ScratchDirectory> {
  await sweepScratch(parent);
  const path = await mkdtemp(join(parent, `.flowg-scratch-${process.pid}-`)).catch((cause) => {
    throw fileError(cause, "create a directory in", parent);
  });
  claim(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      release(path);
    },
  };
}

/** Removes scratch directories that a killed process left in a directory. */
export async function sweepScratch(parent: string): Promise<void> {
  // what can't be read or removed here is another user's, and so may be what only looks like ours
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = Number(SCRATCH.exec(name)?.[1]);
    const path = join(parent, name);
    if (!(pid > 0 && isAbandoned(path, pid))) continue;
    await removeOwnDirectory(path).catch(() => {});
  }
}
