// Gives files that root makes in a directory of a service's user, as with `sudo flowg admin restore`, to that user, who must
// be able to work with them. It goes by the open file: the user can put a link under any name there at any moment.

import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

/**
 * Gives a file that was just made to the owner of another, if root made it.
 * @param path of that other: as a rule the directory. Where there is none, it stays root's.
 */
export async function giveToOwnerOf(path: string, made: FileHandle): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const owner = await stat(path).catch(() => undefined);
  // a root that may not, as over NFS, isn't a root there either
  if (owner && owner.uid !== 0) await made.chown(owner.uid, owner.gid).catch(() => undefined);
}

/** The same for a directory. */
export async function giveDirectoryToOwnerOf(directory: string, made: string): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  await using handle = await open(made, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  await giveToOwnerOf(directory, handle);
}
