// Compacts a database while a server uses it. Writers wait, as for a restore. Readers go on with the old file until the new one
// has its name, in one turn of the event loop. Backups under way go on with the old file to their end.
//
// The copy has a lock file of its own, by which LMDB tells environments apart. This process opens the new environment beside
// the old one, then both files get their names. If it is killed between the two, it leaves the old data with a new lock file.
// The next process makes that anew, like any lock file that nobody holds.

import { linkSync, renameSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { flushDirectory } from "../../platform/files/flush-directory.js";
import { demandSpace } from "../../platform/files/free-space.js";
import { makeScratchDirectory, sweepScratch } from "../../platform/files/scratch-directory.js";
import { errorFrom } from "../../platform/threads/error-message.js";
import { startThread } from "../../platform/threads/start.js";
import type { CompactedDatabase } from "../../records/reports.js";
import type { DatabasePlace } from "../../storage/engine.js";
import {
  changed,
  compactBytes,
  compacted,
  demandGoingOn,
  demandNoLink,
  stateOf,
} from "./compact-copy.js";
import type { CompactAnswer, CompactRequest } from "./compact-thread.js";
import { DATA_FILE } from "./data-file.js";
import type { Environment } from "./environment.js";
import { databaseError } from "./lmdb-error.js";
import { LOCK_FILE } from "./lock-file.js";
import { Occupation } from "./occupation.js";
import { openDatabase } from "./open.js";
import { openingsOf } from "./openings.js";
import { exclude } from "./transact.js";
import { type FilesAre, filesAre } from "./watched-files.js";

export interface Served {
  place: DatabasePlace;
  database: Environment;
  /** Told, in the turn in which the database moves, the lock that keeps other servers out of its new file, and its files. */
  onMoved: (occupation: Occupation, are: FilesAre) => void;
  /** Told that this process can't go on with the database. */
  onFailure: (error: FlowgError) => void;
}

/**
 * Compacts a database while it is served.
 * @throws CONFLICT if another process has it open, DISK_FULL, DATABASE_DAMAGED, CANCELLED: nothing is changed then; BUSY
 */
export async function compactServed(
  served: Served,
  signal: AbortSignal,
): Promise<CompactedDatabase> {
  try {
    return await compactNow(served, signal);
  } catch (error) {
    throw databaseError(error, served.place);
  }
}

async function compactNow(served: Served, signal: AbortSignal): Promise<CompactedDatabase> {
  const { place, database } = served;
  const { kind, dir } = place;
  const path = join(dir, DATA_FILE);
  const report = compacted(kind, performance.now());
  await demandNoLink(path);
  await sweepScratch(dir);
  const { size: before } = await stat(path);
  const needed = compactBytes(database, before);
  if (needed === undefined) return report(before, before);
  // closing a nameless file last frees its space, a second or two for each gigabyte; so another thread closes it last, not the
  // main thread
  await using _before = await open(path);
  // an offline command's write after the copy would be lost
  using _ = Occupation.keepOthersOut(place);
  await demandSpace(dir, needed, `a compact copy of the ${kind} database`);
  const rewrite = async () => {
    demandGoingOn(signal);
    await using scratch = await makeScratchDirectory(dir);
    const state = stateOf(path);
    await copyInThread(place, scratch.path, signal);
    await moveInto(served, scratch.path, () => {
      demandGoingOn(signal);
      if (stateOf(path) !== state) throw changed(place);
    });
    return report(before, (await stat(path)).size);
  };
  return await exclude(database, rewrite, "compacted");
}

/** @throws what making the copy throws, INTERNAL if the thread ends by itself */
async function copyInThread(place: DatabasePlace, to: string, signal: AbortSignal): Promise<void> {
  const thread = startThread(new URL("./compact-thread.js", import.meta.url));
  const post = (request: CompactRequest) => thread.postMessage(request);
  const stop = () => post({ do: "stop" });
  signal.addEventListener("abort", stop);
  try {
    const { error } = await new Promise<CompactAnswer>((resolve, reject) => {
      const fail = (cause: unknown) =>
        reject(new FlowgError("INTERNAL", "the thread of a compaction ended", { cause }));
      thread.on("error", fail).on("exit", fail).on("message", resolve);
      post({ do: "copy", place: { kind: place.kind, dir: place.dir }, to });
    });
    if (error) throw errorFrom(error);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** No pages need a check, because all were checked when the copy was made. */
const NO_TABLES: ReadonlySet<never> = new Set();

/** @param demand checks for the last time that it may move; what it throws leaves everything as it was */
async function moveInto(served: Served, from: string, demand: () => void): Promise<void> {
  const { place, database, onMoved } = served;
  const { kind, dir, durability } = place;
  const fresh = await openDatabase({
    kind,
    dir: from,
    mode: "write",
    tables: NO_TABLES,
    durability,
  });
  let occupation: Occupation | undefined;
  let before: Environment["root"];
  let are: FilesAre;
  try {
    occupation = Occupation.takeAsServer({ kind, dir: from });
    if (!occupation)
      throw fileError(new Error("it can't be opened"), "open", join(from, DATA_FILE));
    are = filesAre(from, occupation.fd);
    while (openingsOf(dir).size > 0) await Promise.allSettled(openingsOf(dir));
    demand();
    // from here on no other code runs until the database is in its new files
    renameBoth(from, served);
    before = database.moveTo(fresh);
  } catch (error) {
    occupation?.[Symbol.dispose]();
    await fresh.close();
    throw error;
  }
  occupation.moved(place);
  onMoved(occupation, are);
  try {
    await flushDirectory(dir);
  } catch (cause) {
    throw giveUp(served, "the name of its new file could not be flushed", cause);
  } finally {
    await database.flushes?.idle();
    await before.close();
  }
}

/**
 * Renames the lock file first. If only that happens, the old data stands beside a new lock file, which is harmless while no
 * other process may open them.
 */
function renameBoth(from: string, served: Served): void {
  const { dir } = served.place;
  const [lock, data] = [join(dir, LOCK_FILE), join(dir, DATA_FILE)];
  const kept = join(from, "lock-before.mdb");
  const move = (source: string, target: string) => {
    try {
      renameSync(source, target);
    } catch (cause) {
      throw fileError(cause, "rename", target);
    }
  };
  const canGoBack = tryTo(() => linkSync(lock, kept));
  move(join(from, LOCK_FILE), lock);
  try {
    move(join(from, DATA_FILE), data);
  } catch (error) {
    if (canGoBack && tryTo(() => renameSync(kept, lock))) throw error;
    throw giveUp(served, "its file could not get the place of the one before", error);
  }
}

function tryTo(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Gives the database up. Nothing that was answered is lost, but nothing more may be answered. */
function giveUp({ place, database, onFailure }: Served, why: string, cause: unknown): FlowgError {
  const failure = new FlowgError(
    "DATABASE_UNAVAILABLE",
    `the ${place.kind} database can't be used any more: ${why}`,
    {
      hint: "start the server again: nothing that it has answered is lost; check the disk and its free space",
      cause,
    },
  );
  database.writing.failure = failure;
  onFailure(failure);
  return failure;
}
