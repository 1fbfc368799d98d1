// Finds the pages in the free list of a state, as far as that can be read. They are left over from earlier states.

import { systemCode } from "../../../platform/errors.js";
import { freeRanges } from "../tree/free-list.js";
import type { Meta } from "../tree/layout.js";
import { PageFault } from "../tree/page-fault.js";
import { PageFile } from "../tree/page-file.js";
import type { DamagedFile } from "./damaged-file.js";

export interface FreePages {
  isFree: (page: number) => boolean;
  /** Whether all of it could be read. Each other page of the state is in use then. */
  isWhole: boolean;
}

/** @param fd a number of the open file */
export function freePagesOf(fd: number, file: DamagedFile, meta: Meta): FreePages {
  const free = new Uint8Array(Math.ceil(file.pages / 8));
  const isFree = (page: number) =>
    page < file.pages && ((free[page >>> 3] as number) & (1 << (page & 7))) !== 0;
  try {
    for (const [first, count] of freeRanges(new PageFile(fd, within(meta, file)))) {
      if (first < 2 || first + count - 1 > meta.lastPage) return { isFree, isWhole: false };
      for (let page = first; page < Math.min(first + count, file.pages); page++)
        free[page >>> 3] = (free[page >>> 3] as number) | (1 << (page & 7));
    }
    return { isFree, isWhole: true };
  } catch (error) {
    if (!(error instanceof PageFault) && systemCode(error) === undefined) throw error;
    return { isFree, isWhole: false };
  }
}

/** Bounds the number of pages by the file's, because a damaged number must not make us take memory for as many. */
export const within = (meta: Meta, { pages }: DamagedFile): Meta => ({
  ...meta,
  lastPage: Math.max(1, Math.min(meta.lastPage, pages - 1)),
});
