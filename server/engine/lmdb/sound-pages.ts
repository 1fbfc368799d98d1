// Checks all pages of a database before anything is read through LMDB. A read transaction holds their state meanwhile, so
// writers to the database don't disturb.

import { fstatSync, openSync } from "node:fs";
import type { RootDatabase } from "lmdb";
import { FlowgError, systemCode } from "../../platform/errors.js";
import { closeFile } from "../../platform/files/close-file.js";
import { reasonOf } from "../../platform/files/file-error.js";
import { holdState } from "./held-state.js";
import { checkTrees } from "./tree/check.js";
import { CutFault, PageFault } from "./tree/page-fault.js";

/** Says what to do about a damaged database. Running the same command again doesn't mend it. */
export const DAMAGED_HINT =
  "move its directory away, or let `flowg admin restore --replace-damaged` do so, and restore a backup into a new one; " +
  "what is right in it, `flowg admin salvage --from-database` saves; check the disk, too";

/** The hint and details of errors about a damaged database. A restore may replace such a database. */
export const DAMAGED = { hint: DAMAGED_HINT, details: { isDamaged: true } };

export interface SoundPagesOptions {
  /** The path of the data file. */
  path: string;
  /** The tables that are going to be read. */
  tables: ReadonlySet<string>;
  /** Whether the database is going to be written, which needs the free list. */
  isWritten: boolean;
}

/**
 * Demands that the pages are sound.
 * @returns whether the list of free pages is empty
 * @throws DATABASE_INVALID, DATABASE_UNAVAILABLE
 */
export function demandSoundPages(
  root: RootDatabase,
  { path, tables, isWritten }: SoundPagesOptions,
): { freesNothing: boolean } {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { meta, before, transaction } = holdState(root, file);
    try {
      // LMDB leaves pages unwritten at the end of the file that were freed in the transaction that took them. So a short file
      // may lack only pages that no reader needs: then the free list, and the pages in use just before, are checked, too.
      const isShort = fstatSync(file).size < (meta.lastPage + 1) * meta.pageSize;
      const options = { tables, isWritten: isWritten || isShort };
      checkTrees(file, { meta, ...options });
      if (isShort && before) checkTrees(file, { meta: before, ...options });
      return { freesNothing: meta.freeList.root === undefined };
    } finally {
      transaction.done();
    }
  } catch (error) {
    throw pageError(error, { path, size: file === undefined ? 0 : fstatSync(file).size });
  } finally {
    if (file !== undefined) closeFile(file);
  }
}

/** Says in words what was found on a page, or why the system doesn't give it. Other errors pass. */
export function pageError(cause: unknown, { path, size }: { path: string; size: number }): unknown {
  if (cause instanceof PageFault) {
    const { page, problem } = cause;
    const where = page === undefined ? "" : `page ${page}: `;
    const message =
      cause instanceof CutFault
        ? `${path} is cut short: it has ${size} bytes, and page ${page}, which is in use, is not among them`
        : `${path} is damaged: ${where}${problem}`;
    return new FlowgError("DATABASE_INVALID", message, { cause, ...DAMAGED });
  }
  if (systemCode(cause) === undefined) return cause;
  return new FlowgError("DATABASE_UNAVAILABLE", `cannot read ${path}: ${reasonOf(cause)}`, {
    cause,
    hint: "check the disk; where it is broken, restore a backup onto another",
  });
}
