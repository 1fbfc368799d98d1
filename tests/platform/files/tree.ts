// What a directory holds, to compare it before and after.

import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Every file and directory below `path`: mode and SHA-256. */
export async function treeOf(path: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const name of (await readdir(path, { recursive: true })).sort()) {
    const found = await stat(join(path, name));
    const mode = (found.mode & 0o7777).toString(8);
    if (found.isDirectory()) tree[`${name}/`] = mode;
    else {
      const bytes = await readFile(join(path, name));
      tree[name] = `${mode} ${createHash("sha256").update(bytes).digest("hex")}`;
    }
  }
  return tree;
}
