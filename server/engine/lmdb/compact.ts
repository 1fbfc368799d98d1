// Rewrites databases without their free pages, because LMDB's file never shrinks. A compact copy is made beside the file,
// flushed, and compared with it, record by record. Then it takes the name of the old file, in one step. Nobody else may have
// the database open meanwhile, because a process with the old file would go on with that.

import { openSync } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError, systemCode } from "../../platform/errors.js";
import { closeFile } from "../../platform/files/close-file.js";
import { fileError } from "../../platform/files/file-error.js";
import { tryLock } from "../../platform/files/file-lock.js";
import { flushDirectory } from "../../platform/files/flush-directory.js";
import { demandSpace } from "../../platform/files/free-space.js";
import { makeScratchDirectory, sweepScratch } from "../../platform/files/scratch-directory.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { CompactedDatabase, OnProgress } from "../../records/reports.js";
import {
  changed,
  compactBytes,
  compacted,
  demandGoingOn,
  demandNoLink,
  makeCompactCopy,
  stateOf,
} from "./compact-copy.js";
import { DATA_FILE } from "./data-file.js";
import { databaseError } from "./lmdb-error.js";
import { LOCK_FILE } from "./lock-file.js";
import { takeTurnToClose } from "./lock-file-turns.js";
import { type DatabaseAt, Occupation } from "./occupation.js";
import { openDatabase } from "./open.js";

export interface CompactOptions {
  databases: readonly DatabaseAt[];
  onProgress: OnProgress;
  signal: AbortSignal;
  /** Told of each database that has its new file. */
  onCompacted: (kind: DatabaseKind) => void;
}

/**
 * Compacts databases, one after the other.
 * @throws DATABASE_UNAVAILABLE if somebody has one of them open: none is changed then; DATABASE_MISSING, DATABASE_INVALID,
 * DATABASE_DAMAGED, DISK_FULL, CANCELLED: the message says which have their new files
 */
export async function compactDatabases(options: CompactOptions): Promise<CompactedDatabase[]> {
  const reports: CompactedDatabase[] = [];
  const done: DatabaseKind[] = [];
  const taken: Occupation[] = [];
  try {
    for (const place of options.databases) {
      const occupation = Occupation.takeAlone(place);
      if (occupation) taken.push(occupation);
      lockUnused(place)[Symbol.dispose]();
    }
    for (const place of options.databases) {
      const onRenamed = () => {
        done.push(place.kind);
        options.onCompacted(place.kind);
      };
      reports.push(await compactOne(place, { ...options, onRenamed }));
    }
    return reports;
  } catch (error) {
    if (!(error instanceof FlowgError)) throw error;
    const { code, message, hint, details, cause } = error;
    const outcome = done.length > 0 ? `compacted: ${done.join(", ")}` : "nothing was changed";
    throw new FlowgError(code, `${message}; ${outcome}`, {
      hint,
      cause,
      details: { ...details, compacted: done },
    });
  } finally {
    for (const occupation of taken) occupation[Symbol.dispose]();
  }
}

type One = Pick<CompactOptions, "onProgress" | "signal"> & { onRenamed: () => void };

async function compactOne(place: DatabaseAt, one: One): Promise<CompactedDatabase> {
  const { kind, dir } = place;
  const path = join(dir, DATA_FILE);
  const report = compacted(kind, performance.now());
  await demandNoLink(path);
  // removes what a killed run left, even where there is nothing to gain any more
  await sweepScratch(dir);
  const database = await openDatabase({ kind, dir, mode: "read" });
  let isOpen = true;
  try {
    const before = (await stat(path)).size;
    const needed = compactBytes(database, before);
    if (needed === undefined) return report(before, before);
    demandGoingOn(one.signal);
    await demandSpace(dir, needed, `a compact copy of the ${kind} database`);
    await using scratch = await makeScratchDirectory(dir);
    const copy = join(scratch.path, DATA_FILE);
    const state = stateOf(path);
    await makeCompactCopy(database, scratch.path, one);
    await database.close();
    isOpen = false;
    // LMDB waits for this lock before it opens the data file, so a process that comes now finds the new file, whose turn we have
    using _turn = takeTurnToClose(scratch.path);
    using _lock = lockUnused(place);
    if (stateOf(path) !== state) throw changed(place);
    demandGoingOn(one.signal);
    await rename(copy, path).catch((cause) => {
      throw fileError(cause, "rename", path);
    });
    one.onRenamed();
    await flushDirectory(dir);
    return report(before, (await stat(path)).size);
  } catch (error) {
    throw databaseError(error, place);
  } finally {
    if (isOpen) await database.close();
  }
}

/**
 * Takes the lock that each process holds which has the database open in LMDB, whatever program it is. Call this, and release
 * the lock, while this process doesn't have the database open: closing any handle of the lock file ends LMDB's own lock on it.
 * @throws DATABASE_UNAVAILABLE, FILE_UNAVAILABLE
 */
function lockUnused({ kind, dir }: DatabaseAt): Disposable {
  const path = join(dir, LOCK_FILE);
  let file: number;
  try {
    file = openSync(path, "r+");
  } catch (cause) {
    // opening a database makes one
    if (systemCode(cause) === "ENOENT") return { [Symbol.dispose]() {} };
    throw fileError(cause, "open", path);
  }
  // a process that comes now would wait for the lock, and take the lock file for one in use
  const turn = takeTurnToClose(dir);
  const giveUp = () => {
    closeFile(file);
    turn?.[Symbol.dispose]();
  };
  if (turn && tryLock(file) !== "held") return { [Symbol.dispose]: giveUp };
  giveUp();
  throw new FlowgError(
    "DATABASE_UNAVAILABLE",
    `a process has the ${kind} database in ${dir} open`,
    {
      hint: "first stop the program that uses it, for example a server",
    },
  );
}
