// The scratch environment of an import: FlowG's log files are not sorted and may be far bigger than memory,
// so what they hold is sorted by LMDB, in a directory of its own that always goes away again.

import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { open as openLmdb, type RootDatabase } from "lmdb";
import type { Table } from "../database/open.js";
import { FlowgError, isDiskFull } from "../errors.js";
import { reasonOf } from "../files/file-error.js";
import { isNearlyFull } from "../files/free-space.js";

/** How they are called, within a scratch directory of the import's own, which is swept after a killed run. */
export const SCRATCH_PREFIX = "flowg-import-";

const BYTES = { encoding: "binary", keyEncoding: "binary" } as const;

/** How much is read between two looks at the event loop and the signal. */
const SLICE_BYTES = 2 * 2 ** 20;
const SLICE_ROWS = 5_000;

export interface Row {
  key: Buffer;
  value: Buffer;
}

export interface Scratch {
  readonly dir: string;
  /** FlowG's own keys and newest values, but for entries. */
  readonly staged: Table;
  /** Entries, already under our keys. */
  readonly entries: Table;
  /** Our records, but for entries. */
  readonly records: Table;
  /** Which of FlowG's names became which of ours. */
  readonly names: Table;
  /** All writes go through this: one transaction, not synced, for nobody reads it after a crash. */
  write(change: () => void): void;
  close(): Promise<void>;
}

/** @throws FILE_UNAVAILABLE, DISK_FULL */
export async function openScratch(parent: string): Promise<Scratch> {
  let dir: string;
  try {
    // mkdtemp makes it 0700
    dir = await mkdtemp(join(parent, SCRATCH_PREFIX));
  } catch (cause) {
    throw new FlowgError(
      isDiskFull(cause) ? "DISK_FULL" : "FILE_UNAVAILABLE",
      `cannot make a scratch directory in ${parent}: ${reasonOf(cause)}`,
      { cause, hint: "give a directory that exists, that you may write to, and that has room" },
    );
  }
  let root: RootDatabase | undefined;
  try {
    root = openLmdb({
      path: dir,
      noSubdir: false,
      maxDbs: 4,
      noSync: true,
      overlappingSync: false,
      permissionsMode: 0o600,
      ...BYTES,
    } as Parameters<typeof openLmdb>[0]);
    await chmod(join(dir, "lock.mdb"), 0o600);
    return scratchOf(root, dir);
  } catch (cause) {
    await root?.close();
    await rm(dir, { recursive: true, force: true });
    throw scratchError(cause, dir);
  }
}

function scratchOf(root: RootDatabase, dir: string): Scratch {
  const table = (name: string): Table => root.openDB<Buffer, Buffer>({ name, ...BYTES });
  let closing: Promise<void> | undefined;
  return {
    dir,
    staged: table("staged"),
    entries: table("entries"),
    records: table("records"),
    names: table("names"),
    write: (change) => {
      root.transactionSync(change);
    },
    close: () => {
      closing ??= root.close().finally(() => rm(dir, { recursive: true, force: true }));
      return closing;
    },
  };
}

/** The rows of a table in order, some at a time; what is written meanwhile behind the last one is not seen. */
export function* slices(table: Table): Generator<Row[]> {
  let start: Buffer | undefined;
  for (;;) {
    const rows: Row[] = [];
    let bytes = 0;
    for (const { key, value } of table.getRange(start ? { start } : {})) {
      rows.push({ key, value });
      bytes += key.length + value.length;
      if (bytes >= SLICE_BYTES || rows.length >= SLICE_ROWS) break;
    }
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    start = Buffer.concat([last.key, Buffer.of(0)]);
  }
}

/** What went wrong in the scratch directory, as something a person can act on; other errors pass. */
export function scratchError(cause: unknown, dir: string): unknown {
  if (cause instanceof FlowgError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  // LMDB says "Input/output error" when a page is written only in part
  const isPartial = /Input\/output error/.test(text) && isNearlyFull(dir);
  if (isPartial || isDiskFull(cause)) {
    return new FlowgError("DISK_FULL", `no space left to sort the backup in ${dir}`, {
      cause,
      hint: "an import needs about twice the backup's size for a while; nothing was changed",
    });
  }
  return cause;
}
