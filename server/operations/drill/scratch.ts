// Makes the directory that a drill restores into. It is private, lies on a disk with room, and is removed in the end. The next
// drill removes what a killed one has left.

import { stat, statfs } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { hasSpaceNow } from "../../platform/files/free-space.js";
import { makeDirectory } from "../../platform/files/make-directory.js";
import {
  makeScratchDirectory,
  type ScratchDirectory,
  sweepScratch,
} from "../../platform/files/scratch-directory.js";

/** What a database takes beyond its records: pages that aren't full, what is derived, and a new file. */
const MORE = 1.3;
const NEW_BYTES = 4 * 1024 * 1024;

/** What the databases of a snapshot take on a disk, about. @param rawBytes of their records */
export const roomFor = (rawBytes: number): number => Math.ceil(rawBytes * MORE) + NEW_BYTES;

/**
 * @param given an existing directory; without it, the drill takes one in the user's cache or the system's directory for
 * temporary files
 * @throws DISK_FULL before anything is written; FILE_UNAVAILABLE
 */
export async function drillScratch(
  given: string | undefined,
  bytes: number,
): Promise<ScratchDirectory> {
  const parents = given === undefined ? await ownParents() : [await demandDirectory(given)];
  for (const parent of parents) await sweepScratch(parent);
  const parent = parents.find((one) => hasSpaceNow(one, bytes));
  if (parent !== undefined) return await makeScratchDirectory(parent);
  const free = await Promise.all(parents.map(freeOf));
  throw new FlowgError(
    "DISK_FULL",
    `the drill needs about ${bytes} bytes for the restored databases: ${free.join(", ")}`,
    {
      hint: "name a directory on a disk with more room with --scratch-dir; nothing was fetched",
      details: { neededBytes: bytes },
    },
  );
}

/** Removes what killed drills have left behind. @param given as for {@link drillScratch} */
export async function sweepDrills(given: string | undefined): Promise<void> {
  for (const parent of given === undefined ? await ownParents() : [given])
    await sweepScratch(parent);
}

async function ownParents(): Promise<string[]> {
  try {
    const { XDG_CACHE_HOME: cache = "" } = process.env;
    const base = isAbsolute(cache) ? cache : join(homedir(), ".cache");
    const own = join(base, "flowg", "drills");
    await makeDirectory(own);
    return [own, tmpdir()];
  } catch {
    // a user without a home, or whose home can't be written
    return [tmpdir()];
  }
}

async function demandDirectory(path: string): Promise<string> {
  const found = await stat(path).catch((cause) => {
    throw fileError(cause, "look at", path);
  });
  if (found.isDirectory()) return path;
  throw new FlowgError("FILE_UNAVAILABLE", `${path} is not a directory`, {
    hint: "give a directory that is there with --scratch-dir",
  });
}

async function freeOf(directory: string): Promise<string> {
  const { bavail, bsize } = await statfs(directory);
  return `${directory} has ${bavail * bsize} free`;
}
