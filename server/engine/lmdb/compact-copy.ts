// Makes a compact copy of an open database: LMDB's own copy, which leaves out the free pages, is completed, flushed, and
// compared with the database, record by record.

import { openSync } from "node:fs";
import { lstat, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { closeFile } from "../../platform/files/close-file.js";
import { fileError } from "../../platform/files/file-error.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { CompactedDatabase, OnProgress } from "../../records/reports.js";
import { DATA_FILE } from "./data-file.js";
import type { Environment, TableName } from "./environment.js";
import { lastTransactionId } from "./last-commit.js";
import { databaseError } from "./lmdb-error.js";
import { mendCopy } from "./mend-copy.js";
import type { DatabaseAt } from "./occupation.js";
import { openDatabase } from "./open.js";
import { demandEqual, rawTable } from "./same-records.js";
import { readMetas } from "./tree/meta-pages.js";

/** How a copy is watched and stopped. */
export interface Copying {
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** The least part of the file that must be free. Each start of a server frees a few pages. */
const WORTH = 0.01;
/** A file that was compacted and then opened has a few free pages again: see `begin-free-list`. */
const WORTH_PAGES = 8;
const LOOK_MS = 500;

/** The bytes of a compact copy; undefined if the file isn't worth one. */
export function compactBytes(database: Environment, fileBytes: number): number | undefined {
  const needed = usedBytes(database);
  const { pageSize = 0 } = database.root.getStats() as Record<string, number>;
  const worth = Math.max(fileBytes * WORTH, WORTH_PAGES * pageSize);
  return fileBytes - needed > worth ? needed : undefined;
}

/**
 * Refuses a link: it would be replaced, and the file that it leads to would stay as it is.
 * @throws REFUSED
 */
export async function demandNoLink(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isSymbolicLink()) return;
  throw new FlowgError(
    "REFUSED",
    `${path} is a link: what it leads to can't be replaced by a compact copy`,
    {
      hint: "make the directory a link, not the file in it",
    },
  );
}

/**
 * Makes a compact copy in a directory of its own. The caller keeps others from writing meanwhile.
 * @throws DATABASE_INVALID, DATABASE_DAMAGED, DISK_FULL, CANCELLED
 */
export async function makeCompactCopy(
  database: Environment,
  to: string,
  copying: Copying,
): Promise<void> {
  const original = join(database.dir, DATA_FILE);
  await copyCompact(database, to, { ...copying, needed: usedBytes(database) });
  await finishCopy(join(to, DATA_FILE), { original, after: lastTransactionId(database) });
  demandGoingOn(copying.signal);
  await compare(database, to, copying);
}

/** The bytes of the pages in use: a compact copy has just those. */
function usedBytes({ root }: Pick<Environment, "root">): number {
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
  { kind, dir, root }: Environment,
  to: string,
  { onProgress, needed }: Copying & { needed: number },
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
    if (!/MDB_INCOMPATIBLE/.test((cause as Error).message)) throw copyError(cause, { kind, dir });
    throw new FlowgError(
      "DATABASE_INVALID",
      `LMDB can't copy the ${kind} database: it has pages that are neither free nor in use`,
      { cause, hint: "back it up and restore it into a new directory: that is compact, too" },
    );
  } finally {
    clearInterval(telling);
  }
}

/** Turns the error of a copy into ours. Unlike elsewhere, an error of the system has no number here. */
function copyError(cause: unknown, place: DatabaseAt): unknown {
  const known = databaseError(cause, place);
  if (known instanceof FlowgError) return known;
  // LMDB's name of the step says nothing to a person
  const text = (cause as Error).message.replace(/: Attempting to .*/, "");
  return new FlowgError(
    "DATABASE_UNAVAILABLE",
    `cannot make a compact copy of the ${place.kind} database in ${place.dir}: ${text}`,
    { cause, hint: "check the disk and the number of open files, and try again" },
  );
}

/** Puts the copy on the disk, with the owner and permissions of the file that it replaces. */
async function finishCopy(
  copy: string,
  { original, after }: { original: string; after: number },
): Promise<void> {
  try {
    const file = await open(copy, "r+");
    try {
      mendCopy(file.fd, after);
      const { uid, gid, mode } = await stat(original);
      const made = await file.stat();
      if (made.uid !== uid || made.gid !== gid) await file.chown(uid, gid);
      await file.chmod(mode & 0o7777);
      await file.sync();
    } finally {
      // the file is flushed, so an error of closing changes nothing
      await file.close().catch(() => {});
    }
  } catch (cause) {
    throw fileError(cause, "write", copy);
  }
}

async function compare(
  database: Environment,
  dir: string,
  { onProgress, signal }: Copying,
): Promise<void> {
  const { kind } = database;
  await using copy = await openDatabase({ kind, dir, mode: "read" });
  const totalRecords = database.records.getStats().entryCount ?? 0;
  const tell = (records: number) =>
    onProgress({
      database: kind,
      phase: "verifying",
      records,
      totalRecords,
      bytes: records,
      totalBytes: totalRecords,
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

/** The number of the last transaction in a data file. */
export function stateOf(path: string): number | undefined {
  const file = openSync(path, "r");
  try {
    return readMetas(file)?.newer.transactionId;
  } finally {
    closeFile(file);
  }
}

export const changed = ({ kind, dir }: DatabaseAt) =>
  new FlowgError(
    "DATABASE_UNAVAILABLE",
    `the ${kind} database in ${dir} was written to while it was compacted`,
    { hint: "stop the program that writes to it, and try again" },
  );

export function demandGoingOn(signal: AbortSignal): void {
  if (signal.aborted) throw new FlowgError("CANCELLED", "stopped");
}

/** Reports a compaction that began at this time. Equal sizes say that nothing was rewritten. */
export const compacted =
  (database: DatabaseKind, started: number) =>
  (bytesBefore: number, bytesAfter: number): CompactedDatabase => ({
    database,
    bytesBefore,
    bytesAfter,
    rewritten: bytesBefore !== bytesAfter,
    seconds: (performance.now() - started) / 1000,
  });
