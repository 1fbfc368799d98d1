// LMDB's file never shrinks: pages that are free stay in it. Here a database is rewritten without them. A compact copy is
// made beside it, flushed, and compared with it, record by record; then it takes the name of the old file, in one step.
// Nobody else may have the database open meanwhile: who had the old file would go on with it.

import { openSync } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
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
import { DATA_FILE } from "./data-file.js";
import type { Environment, TableName } from "./environment.js";
import { databaseError } from "./lmdb-error.js";
import { LOCK_FILE } from "./lock-file.js";
import { mendCopy } from "./mend-copy.js";
import { type DatabaseAt, Occupation } from "./occupation.js";
import { openDatabase } from "./open.js";
import { demandEqual, rawTable } from "./same-records.js";
import { readMetas } from "./tree/meta-pages.js";

export interface CompactOptions {
  databases: readonly DatabaseAt[];
  onProgress: OnProgress;
  signal: AbortSignal;
  /** Told of each database that has its new file. */
  onCompacted: (kind: DatabaseKind) => void;
}

/** Less than this part of the file isn't worth rewriting it: each start of a server frees a few pages. */
const WORTH = 0.01;
const LOOK_MS = 500;

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
      ...{ hint, cause, details: { ...details, compacted: done } },
    });
  } finally {
    for (const occupation of taken) occupation[Symbol.dispose]();
  }
}

type One = Pick<CompactOptions, "onProgress" | "signal"> & { onRenamed: () => void };

async function compactOne(place: DatabaseAt, one: One): Promise<CompactedDatabase> {
  const { kind, dir } = place;
  const started = performance.now();
  const path = join(dir, DATA_FILE);
  const report = (before: number, after: number): CompactedDatabase => ({
    ...{ database: kind, bytesBefore: before, bytesAfter: after, rewritten: before !== after },
    seconds: (performance.now() - started) / 1000,
  });
  // what a killed run left, also where there is nothing to gain any more
  await sweepScratch(dir);
  const database = await openDatabase({ kind, dir, mode: "read" });
  let isOpen = true;
  try {
    const before = (await stat(path)).size;
    const needed = usedBytes(database);
    if (before - needed <= before * WORTH) return report(before, before);
    demandGoingOn(one.signal);
    await demandSpace(dir, needed, `a compact copy of the ${kind} database`);
    await using scratch = await makeScratchDirectory(dir);
    const copy = join(scratch.path, DATA_FILE);
    const state = stateOf(path);
    await copyCompact(database, scratch.path, { ...one, needed });
    await finishCopy(copy, path);
    demandGoingOn(one.signal);
    await compare(database, scratch.path, one);
    await database.close();
    isOpen = false;
    // LMDB waits for this lock before it opens the data file: whoever comes now finds the new one
    using _ = lockUnused(place);
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

/** What the pages in use take: that is what a compact copy has. */
function usedBytes({ root }: Environment): number {
  const { pageSize = 0, ...main } = root.getStats() as Record<string, number>;
  const trees = TABLES.flatMap((name) => rawTable(root, name)?.getStats() ?? []);
  const pages = [main, ...trees].map((stats) => {
    const {
      treeBranchPageCount = 0,
      treeLeafPageCount = 0,
      overflowPages = 0,
    } = stats as typeof main;
    return treeBranchPageCount + treeLeafPageCount + overflowPages;
  });
  return pages.reduce((sum, one) => sum + one, META_PAGES) * pageSize;
}

const META_PAGES = 2;
const TABLES: readonly TableName[] = ["records", "derived", "local", "sums"];

/** LMDB's own copy, which leaves out the free pages. It can't be stopped on the way. */
async function copyCompact(
  { kind, root }: Environment,
  to: string,
  { onProgress, needed }: One & { needed: number },
): Promise<void> {
  const tell = async () => {
    const bytes = (await stat(join(to, DATA_FILE)).catch(() => undefined))?.size ?? 0;
    onProgress({ database: kind, phase: "compacting", records: 0, bytes, totalBytes: needed });
  };
  await tell();
  const telling = setInterval(() => void tell(), LOOK_MS);
  try {
    await root.backup(to, true);
  } catch (cause) {
    if (!/MDB_INCOMPATIBLE/.test((cause as Error).message)) throw cause;
    throw new FlowgError(
      "DATABASE_INVALID",
      `LMDB can't copy the ${kind} database: it has pages that are neither free nor in use`,
      { cause, hint: "back it up and restore it into a new directory: that is compact, too" },
    );
  } finally {
    clearInterval(telling);
  }
}

/** On the disk, with the owner and permissions of the file that it replaces. */
async function finishCopy(copy: string, original: string): Promise<void> {
  try {
    const file = await open(copy, "r+");
    try {
      mendCopy(file.fd);
      const { uid, gid, mode } = await stat(original);
      const made = await file.stat();
      if (made.uid !== uid || made.gid !== gid) await file.chown(uid, gid);
      await file.chmod(mode & 0o7777);
      await file.sync();
    } finally {
      // what has been flushed is on the disk
      await file.close().catch(() => {});
    }
  } catch (cause) {
    throw fileError(cause, "write", copy);
  }
}

async function compare(
  database: Environment,
  dir: string,
  { onProgress, signal }: One,
): Promise<void> {
  const { kind } = database;
  await using copy = await openDatabase({ kind, dir, mode: "read" });
  const totalRecords = database.records.getStats().entryCount ?? 0;
  const tell = (records: number) =>
    onProgress({
      ...{ database: kind, phase: "verifying", records, totalRecords },
      ...{ bytes: records, totalBytes: totalRecords },
    });
  for (const name of TABLES) {
    await demandEqual(database, copy, {
      name,
      onRecords: (count) => {
        demandGoingOn(signal);
        if (name === "records") tell(count);
      },
    });
  }
}

/** The number of the last transaction. */
function stateOf(path: string): number | undefined {
  const file = openSync(path, "r");
  try {
    return readMetas(file)?.newer.transactionId;
  } finally {
    closeFile(file);
  }
}

/**
 * Locks what each process locks that has the database open in LMDB, whatever program it is. To be called, and its lock to be
 * given up, while this process hasn't: closing any handle of the lock file ends LMDB's own lock on it.
 * @throws DATABASE_UNAVAILABLE, FILE_UNAVAILABLE
 */
function lockUnused({ kind, dir }: DatabaseAt): Disposable {
  const path = join(dir, LOCK_FILE);
  let file: number;
  try {
    file = openSync(path, "r+");
  } catch (cause) {
    // whoever opens a database makes one
    if (systemCode(cause) === "ENOENT") return { [Symbol.dispose]() {} };
    throw fileError(cause, "open", path);
  }
  if (tryLock(file) !== "held") return { [Symbol.dispose]: () => closeFile(file) };
  closeFile(file);
  throw new FlowgError(
    "DATABASE_UNAVAILABLE",
    `a process has the ${kind} database in ${dir} open`,
    {
      hint: "end what works with it first, a server say",
    },
  );
}

const changed = ({ kind, dir }: DatabaseAt) =>
  new FlowgError(
    "DATABASE_UNAVAILABLE",
    `the ${kind} database in ${dir} was written to while it was compacted`,
    { hint: "end what writes to it, and try again" },
  );

function demandGoingOn(signal: AbortSignal): void {
  if (signal.aborted) throw new FlowgError("CANCELLED", "stopped");
}
