// Makes the directory that a drill restores into. It is private, lies on a disk with room, and is removed in the end. The next
// drill removes what a killed one has left.

import { lstat, stat, statfs } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
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
      hint: "name a directory on a disk with more room: --scratch-dir, or scratch-dir of a job's drill; nothing was fetched",
      details: { neededBytes: bytes },
    },
  );
}

/** Removes what killed drills have left behind. @param given as for {@link drillScratch} */
export async function sweepDrills(given: string | undefined): Promise<void> {
  for (const parent of given === undefined ? await ownParents() : [given])
    await sweepScratch(parent);
}

/** Where drills restore that are given no directory: the first with room for them. */
export function ownScratch(): string[] {
  const { XDG_CACHE_HOME: cache = "" } = process.env;
  try {
    const base = isAbsolute(cache) ? cache : join(homedir(), ".cache");
    return [join(base, "flowg", "drills"), tmpdir()];
  } catch {
    // a user without a home
    return [tmpdir()];
  }
}

async function ownParents(): Promise<string[]> {
  const all = ownScratch();
  const [own, ...ofSystem] = all;
  if (own === undefined || ofSystem.length === 0) return all;
  try {
    await makeDirectory(own);
    await demandOwnDirectory(own);
    return all;
  } catch {
    // a home that can't be written, or where others can
    return ofSystem;
  }
}

async function demandDirectory(path: string): Promise<string> {
  const found = await stat(path).catch((cause) => {
    throw fileError(cause, "look at", path);
  });
  if (found.isDirectory()) return path;
  throw noDirectory(path);
}

const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;
/** In such a directory nobody renames or removes what is another's. */
const STICKY = 0o1000;

/**
 * For a server, whose drills nobody watches: a directory in which no other user can put something else in the place of what is
 * restored, nor lead it elsewhere. What is made in it, others can't read.
 * @throws FILE_UNAVAILABLE
 */
export async function demandOwnDirectory(path: string): Promise<void> {
  // without a slash at the end, which would follow a link
  const found = await lstat(resolve(path)).catch((cause) => {
    throw fileError(cause, "look at", path);
  });
  if (found.isSymbolicLink())
    throw new FlowgError("FILE_UNAVAILABLE", `${path} is a link`, {
      hint: "name the directory that it leads to: who can change the link could lead the restored databases elsewhere",
    });
  if (!found.isDirectory()) throw noDirectory(path);
  const [user, group] = [process.getuid?.(), process.getgid?.()];
  if (user === undefined) return;
  if (found.uid !== user && found.uid !== 0)
    throw new FlowgError("FILE_UNAVAILABLE", `${path} belongs to another user`, {
      hint: "make a directory for the drills alone, as the user that the server runs as",
    });
  const isShared = (found.mode & GROUP_WRITES) !== 0 && found.gid !== group;
  if (((found.mode & OTHERS_WRITE) === 0 && !isShared) || (found.mode & STICKY) !== 0) return;
  throw new FlowgError("FILE_UNAVAILABLE", `${path} can be written by other users`, {
    hint: "make it private (`chmod 700`): they could put something else in the place of the restored databases",
  });
}

const noDirectory = (path: string): FlowgError =>
  new FlowgError("FILE_UNAVAILABLE", `${path} is not a directory`, {
    hint: "give a directory that is there, with room for the databases",
  });

async function freeOf(directory: string): Promise<string> {
  const { bavail, bsize } = await statfs(directory);
  return `${directory} has ${bavail * bsize} free`;
}
