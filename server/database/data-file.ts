// A look at an LMDB data file before LMDB itself maps it: a file that LMDB refuses makes lmdb-js 3.5 crash
// the process, and one that was cut short is a SIGBUS on the first read past its end. Both get an error here.
//
// Layout (LMDB mdb.c, struct MDB_meta, 64-bit little-endian): pages 0 and 1 are meta pages; after a page
// header of 24 bytes (flags at 18): u32 magic 0xBEEFC0DE, u32 version, address, map size, two MDB_db of 48 bytes
// (the first begins with the page size; the root page is their last field), u64 last used page, u64 transaction id.

import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError, systemCode } from "../errors.js";
import { reasonOf } from "../files/file-error.js";
import { hasAllPages } from "./pages.js";

export const DATA_FILE = "data.mdb";

const MAGIC = 0xbeefc0de;
/** MDB_DATA_VERSION of the LMDB in lmdb-js 3.5. */
const DATA_VERSION = 2;
const META_FLAG = 0x08;
const META_BYTES = 160;
const HEADER = 24;

interface Meta {
  pageSize: number;
  /** Of the free list, and of the list of tables. */
  roots: bigint[];
  lastPage: bigint;
  transactionId: bigint;
}

/**
 * Whether `dir` holds a sound-looking LMDB data file.
 * @returns false if there is none (also if the directory is missing or empty), or one that is still empty
 * @throws DATABASE_INVALID, DATABASE_UNAVAILABLE
 */
export async function checkDataFile(dir: string): Promise<boolean> {
  const path = join(dir, DATA_FILE);
  try {
    await using file = await open(path, "r");
    // LMDB makes the file before it writes to it
    if ((await file.stat()).size === 0) return false;
    await checkPages(path, file);
    return true;
  } catch (cause) {
    if (cause instanceof FlowgError) throw cause;
    if (systemCode(cause) === "ENOENT") return refuseForeignFiles(dir);
    throw new FlowgError(
      systemCode(cause) === "ENOTDIR" ? "DATABASE_INVALID" : "DATABASE_UNAVAILABLE",
      `cannot read ${path}: ${reasonOf(cause)}`,
      { cause, hint: "check that the path is a directory and that you may read it" },
    );
  }
}

async function checkPages(path: string, file: FileHandle): Promise<void> {
  const newest = await newestMeta(file);
  if (newest === undefined) {
    throw new FlowgError("DATABASE_INVALID", `${path} is not an LMDB data file, or a damaged one`, {
      hint: "give the directory of a FlowG database, or an empty or new one to restore into",
    });
  }
  // after the meta pages: whoever writes to it makes it longer first
  const { size } = await file.stat();
  const needed = (newest.lastPage + 1n) * BigInt(newest.pageSize);
  if (BigInt(size) >= needed) return;
  // LMDB may leave pages at the end unwritten, if they were freed in the transaction that took them
  if (await hasAllPages(file, { ...newest, pages: Math.floor(size / newest.pageSize) })) return;
  // it can't be cut if somebody goes on writing to it: then pages have changed under our eyes
  if ((await newestMeta(file))?.transactionId !== newest.transactionId) return;
  throw new FlowgError(
    "DATABASE_INVALID",
    `${path} is cut short: ${size} bytes where its own pages take ${needed}`,
    { hint: "move the directory away and restore it from a backup" },
  );
}

/** LMDB trusts the first meta page without looking, and then takes the newer one: both must be sound. */
async function newestMeta(file: FileHandle): Promise<Meta | undefined> {
  const first = await readMeta(file, 0);
  const second = first && (await readMeta(file, first.pageSize));
  if (!second) return undefined;
  return second.transactionId > first.transactionId ? second : first;
}

async function readMeta(file: FileHandle, position: number): Promise<Meta | undefined> {
  const bytes = Buffer.alloc(META_BYTES);
  const { bytesRead } = await file.read(bytes, 0, META_BYTES, position);
  if (bytesRead < META_BYTES || bytes.readUInt32LE(HEADER) !== MAGIC) return undefined;
  const isMeta = (bytes.readUInt16LE(18) & META_FLAG) !== 0;
  const pageSize = bytes.readUInt32LE(HEADER + 24);
  const isPageSize = pageSize >= 256 && pageSize <= 65536 && (pageSize & (pageSize - 1)) === 0;
  if (!isMeta || !isPageSize || bytes.readUInt16LE(HEADER + 4) !== DATA_VERSION) return undefined;
  return {
    pageSize,
    roots: [bytes.readBigUInt64LE(HEADER + 64), bytes.readBigUInt64LE(HEADER + 112)],
    lastPage: bytes.readBigUInt64LE(HEADER + 120),
    transactionId: bytes.readBigUInt64LE(HEADER + 128),
  };
}

/** No data file: fine if the directory is missing or holds nothing we would bury. */
async function refuseForeignFiles(dir: string): Promise<false> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return false;
    throw new FlowgError("DATABASE_UNAVAILABLE", `cannot list ${dir}: ${reasonOf(cause)}`, {
      cause,
    });
  }
  if (names.includes("MANIFEST") && names.some((name) => /\.(vlog|sst|mem)$/.test(name))) {
    throw new FlowgError(
      "DATABASE_INVALID",
      `${dir} holds a BadgerDB database, FlowG's own storage`,
      {
        hint: "run FlowG's own `flowg admin backup` on it, then restore those files into a new directory here",
      },
    );
  }
  return false;
}
