// Finds out which state a read transaction reads. LMDB tells neither its number nor its meta page.

import type { RootDatabase, Transaction } from "lmdb";
import { FlowgError } from "../../platform/errors.js";
import { beginRead, readsLatest } from "./last-commit.js";
import type { Meta } from "./tree/layout.js";
import { type Metas, readMetas } from "./tree/meta-pages.js";
import { PageFault } from "./tree/page-fault.js";

const TRIES = 10_000;

export interface HeldState {
  /** The meta page of the state that is read. */
  meta: Meta;
  /** The meta page of the state before, if its pages can't have been used again. */
  before: Meta | undefined;
  /** The read transaction. The caller ends it with `done()`. */
  transaction: Transaction;
}

/**
 * Begins a read transaction, and says what state it reads.
 * @param file a number of its open data file
 * @throws PageFault, DATABASE_UNAVAILABLE, NodeJS.ErrnoException
 */
export function holdState(root: RootDatabase, file: number): HeldState {
  const records = root as unknown as Parameters<typeof beginRead>[0]["records"];
  for (let tries = 0; tries < TRIES; tries++) {
    const first = metasOf(file);
    const transaction = beginRead({ records });
    try {
      const isLatest = readsLatest({ records }, transaction);
      const meta = stateRead(first, metasOf(file), isLatest);
      if (meta) return { meta, before: isLatest ? first.older : undefined, transaction };
    } catch (error) {
      transaction.done();
      throw error;
    }
    transaction.done();
  }
  throw new FlowgError("DATABASE_UNAVAILABLE", "the database changes too fast to be looked at", {
    hint: "try again",
  });
}

/**
 * The state of a transaction that was begun between two looks at the meta pages.
 * @param isLatest whether it read the newest state then
 * @returns undefined if there was a commit in between
 */
export function stateRead(before: Metas, after: Metas, isLatest: boolean): Meta | undefined {
  if (Buffer.compare(before.bytes, after.bytes) !== 0) return undefined;
  // a commit on its way to the disk is already in its meta page, but readers begin at the one before
  return isLatest ? after.newer : after.older;
}

/** @throws PageFault */
export function metasOf(file: number): Metas {
  const metas = readMetas(file);
  if (!metas) throw new PageFault("its first two pages are not what LMDB writes there");
  return metas;
}
