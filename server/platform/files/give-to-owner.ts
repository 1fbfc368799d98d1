// Files that root makes in the directory of a service's user, as with `sudo flowg admin restore`, are given to that user, or
// the service couldn't use them. This changes the open file, not its path: the user can put a link under any name there at any
// moment.

import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

/**
 * Gives a file that was just made to the owner of another, if root made it.
 * @param path that other's path, usually the directory's; where there is nothing, the file stays root's
 */
export async function giveToOwnerOf(path: string, made: FileHandle): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const owner = await stat(path).catch(() => undefined);
  // over NFS root may not do this: it isn't root there
  if (owner && owner.uid !== 0) await made.chown(owner.uid, owner.gid).catch(() => undefined);
}

/** The same for a directory. */
export async function giveDirectoryToOwnerOf(directory: string, made: string): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  await using handle = await open(made, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  await giveToOwnerOf(directory, handle);
}
