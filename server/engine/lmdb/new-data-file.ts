// Makes the data file of a new database: its first two pages, as LMDB makes them (mdb.c, mdb_env_init_meta). LMDB doesn't do
// this itself because lmdb-js 3.5 crashes the process where it can't write them. The file gets its name only when they are on
// the disk.

import { readSync } from "node:fs";
import { link, open } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { flushDirectory } from "../../platform/files/flush-directory.js";
import { hasNoLinks } from "../../platform/files/no-links.js";
import { StagedFile, sweepStaged } from "../../platform/files/staged-file.js";
import { putEmptyMeta } from "./tree/layout.js";

/** The size of pages that lmdb-js asks LMDB for. */
const PAGE_BYTES = 4096;

/**
 * Makes the data file, or completes one that was cut before it was whole. Where another process is quicker, that one's file
 * stays.
 * @throws FILE_UNAVAILABLE, DISK_FULL
 */
export async function makeDataFile(path: string): Promise<void> {
  await sweepStaged(dirname(path));
  await using staged = await StagedFile.create(path);
  await staged.write(firstPages());
  await staged.flush();
  await staged.giveToOwnerOf(dirname(path));
  try {
    await link(staged.path, path);
    await flushDirectory(dirname(path));
  } catch (cause) {
    if (systemCode(cause) === "EEXIST") await complete(path);
    // without links, LMDB makes its own file
    else if (!hasNoLinks(cause)) throw fileError(cause, "create", path);
  }
}

/** Writes the bytes that the run before would have written. */
async function complete(path: string): Promise<void> {
  try {
    await using file = await open(path, "r+");
    if (!isUnfinished(file.fd, (await file.stat()).size)) return;
    await file.write(firstPages(), 0, 2 * PAGE_BYTES, 0);
    await file.sync();
  } catch (cause) {
    throw fileError(cause, "write", path);
  }
}

/**
 * Whether a data file ends inside its first two pages, where its creation may have been cut.
 * @param file the number of the open file
 */
export function isUnfinished(file: number, size: number): boolean {
  if (size >= 2 * PAGE_BYTES) return false;
  const found = new Uint8Array(size);
  const bytes = size === 0 ? 0 : readSync(file, found, 0, size, 0);
  return bytes === size && Buffer.compare(found, firstPages().subarray(0, size)) === 0;
}

function firstPages(): Uint8Array {
  const pages = new Uint8Array(2 * PAGE_BYTES);
  for (const number of [0, 1]) {
    putEmptyMeta(new DataView(pages.buffer, number * PAGE_BYTES, PAGE_BYTES), number);
  }
  return pages;
}
