// Removing a directory where others may write, too: in a temporary directory anybody can plant one under a name that
// looks like ours, or put a link in its place while it is being removed.

import { constants } from "node:fs";
import { lstat, open, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isThere } from "./is-there.js";

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Removes a directory and what is in it, if it is this user's and nobody else can write in it. Follows no link.
 * @returns whether it was removed
 */
export async function removeOwnDirectory(path: string): Promise<boolean> {
  await using directory = await open(
    path,
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
  const { uid, mode } = await directory.stat();
  if (uid !== process.geteuid?.() || (mode & WRITABLE_BY_OTHERS) !== 0) return false;
  // the directory that was looked at, even where its name has become another's
  let inside = `/proc/self/fd/${directory.fd}`;
  if (!(await isThere(inside))) {
    if (!(await keepsNames(dirname(path)))) return false;
    inside = path;
  }
  for (const name of await readdir(inside)) {
    await rm(join(inside, name), { recursive: true, force: true });
  }
  // removes no link, and only an empty directory
  await rmdir(path);
  return true;
}

/** Whether no other user can rename our files in a directory. */
async function keepsNames(parent: string): Promise<boolean> {
  const { mode } = await lstat(parent);
  return (mode & WRITABLE_BY_OTHERS) === 0 || (mode & STICKY) !== 0;
}
