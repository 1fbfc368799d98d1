// Making directories. Node's own `mkdir(path, { recursive: true })` never returns where a directory can't be made and the
// system says that it doesn't exist, as in /proc.

import { mkdir, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "../errors.js";
import { flushDirectory } from "./flush-directory.js";
import { giveDirectoryToOwnerOf } from "./give-to-owner.js";

export interface MakeDirectoryOptions {
  /** If root makes it, gives it to the owner of the directory around it. */
  forOwner?: boolean;
}

/**
 * Makes a directory, 0700, and those above it that are missing, and flushes their parents, so that a power cut doesn't lose
 * them with their contents. It may be there already.
 * @throws NodeJS.ErrnoException; ENOTDIR where something else has the name; FILE_UNAVAILABLE, DISK_FULL
 */
export async function makeDirectory(
  path: string,
  options: MakeDirectoryOptions = {},
): Promise<void> {
  try {
    await makeOne(path, options);
  } catch (cause) {
    if (systemCode(cause) === "EEXIST") return await demandDirectory(path);
    if (systemCode(cause) !== "ENOENT" || dirname(path) === path) throw cause;
    await makeDirectory(dirname(path), options);
    await makeOne(path, options).catch((error) => {
      // another process was quicker
      if (systemCode(error) !== "EEXIST") throw error;
    });
  }
  await flushDirectory(dirname(path)).catch(async (error) => {
    // so that the next run makes it again, and flushes
    await rmdir(path).catch(() => {});
    throw error;
  });
}

async function makeOne(path: string, { forOwner = false }: MakeDirectoryOptions): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (forOwner) await giveDirectoryToOwnerOf(dirname(path), path);
}

async function demandDirectory(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) return;
  throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${path}'`), { code: "ENOTDIR" });
}
