// A look at an LMDB data file before LMDB itself maps it: a file that isn't LMDB's makes lmdb-js 3.5 crash
// the process, and one that was cut short is a SIGBUS on the first read past its end. Both get an error here.
//
// Layout (LMDB mdb.c, struct MDB_meta, 64-bit little-endian): pages 0 and 1 are meta pages; after a page
// header of 24 bytes: u32 magic 0xBEEFC0DE, u32 version, address, map size, two MDB_db of 48 bytes (the first
// begins with the page size), u64 last used page, u64 transaction id.

import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError, systemCode } from "../errors.js";

export const DATA_FILE = "data.mdb";
export const LOCK_FILE = "lock.mdb";

const MAGIC = 0xbeefc0de;
const META_BYTES = 160;
const HEADER = 24;

interface Meta {
  version: number;
  pageSize: number;
  lastPage: bigint;
  transactionId: bigint;
}

/**
 * Whether `dir` holds a sound-looking LMDB data file.
 * @returns false if there is none (also if the directory is missing or empty)
 * @throws DATABASE_INVALID, DATABASE_UNAVAILABLE
 */
export async function checkDataFile(dir: string): Promise<boolean> {
  const path = join(dir, DATA_FILE);
  let size: number;
  let metas: (Meta | undefined)[];
  try {
    await using file = await open(path, "r");
    size = (await file.stat()).size;
    const first = await readMeta(file, 0);
    metas = [first, await readMeta(file, first?.pageSize ?? 4096)];
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return refuseForeignFiles(dir);
    throw new FlowgError(
      systemCode(cause) === "ENOTDIR" ? "DATABASE_INVALID" : "DATABASE_UNAVAILABLE",
      `cannot read ${path}: ${(cause as Error).message}`,
      { cause, hint: "check that the path is a directory and that you may read it" },
    );
  }
  const sound = metas.filter((meta) => meta !== undefined);
  const newest = sound.sort((a, b) => Number(b.transactionId - a.transactionId))[0];
  if (newest === undefined) {
    throw new FlowgError("DATABASE_INVALID", `${path} is not an LMDB data file`, {
      hint: "give the directory of a FlowG database, or an empty or new one to restore into",
    });
  }
  const needed = (newest.lastPage + 1n) * BigInt(newest.pageSize);
  if (BigInt(size) < needed) {
    throw new FlowgError(
      "DATABASE_INVALID",
      `${path} is cut short: ${size} bytes where its own pages take ${needed}`,
      { hint: "move the directory away and restore it from a backup" },
    );
  }
  return true;
}

async function readMeta(
  file: {
    read: (
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
    ) => Promise<{ bytesRead: number }>;
  },
  position: number,
): Promise<Meta | undefined> {
  const bytes = Buffer.alloc(META_BYTES);
  const { bytesRead } = await file.read(bytes, 0, META_BYTES, position);
  if (bytesRead < META_BYTES || bytes.readUInt32LE(HEADER) !== MAGIC) return undefined;
  const pageSize = bytes.readUInt32LE(HEADER + 24);
  if (pageSize < 256 || pageSize > 65536) return undefined;
  return {
    version: bytes.readUInt32LE(HEADER + 4),
    pageSize,
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
    throw new FlowgError(
      "DATABASE_UNAVAILABLE",
      `cannot list ${dir}: ${(cause as Error).message}`,
      {
        cause,
      },
    );
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
