// Removes drafts of LMDB's lock file that killed runs left. It doesn't ask whether a draft is in use, because a process that
// loses its draft makes another.

import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { LOCK_DRAFT } from "./lock-file.js";

export async function sweepDrafts(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!LOCK_DRAFT.test(name)) continue;
    const path = join(dir, name);
    const { uid } = await lstat(path);
    if (uid === process.geteuid?.()) await rm(path, { force: true });
  }
}
