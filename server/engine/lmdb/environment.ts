// One of the three databases in LMDB: an environment with four tables.

import type { Database as LmdbDatabase, RootDatabase, Transaction } from "lmdb";
import type { Database } from "../../storage/database.js";
import type { Instant, Ledger, WriteLedger } from "../../storage/tables.js";
import type { ChecksummedTable } from "./checksummed-table.js";
import type { Flushes } from "./flushes.js";
import type { PlainTable } from "./plain-table.js";
import type { Writing } from "./write-turns.js";

/** An LMDB database with keys and values of plain bytes. */
export type Table = LmdbDatabase<Buffer, Buffer>;

export type TableName = "records" | "derived" | "local" | "sums";

export interface Environment extends Database {
  readonly root: RootDatabase;
  readonly writing: Writing;
  /** Present where entries are answered once they are committed. Elsewhere LMDB flushes each commit before it is answered. */
  readonly flushes: Flushes | undefined;
  /** Moves to another open file with the same contents. @returns the old file's environment, for the caller to close */
  moveTo(other: Pick<Environment, "root" | "records" | "derived" | "local">): RootDatabase;
  /** The environment as a read transaction sees it. */
  at(transaction: Transaction): Instant & { records: ChecksummedTable; ledger: Ledger };
  readonly records: ChecksummedTable;
  readonly derived: PlainTable;
  readonly local: ChecksummedTable;
  readonly ledger: WriteLedger;
}
