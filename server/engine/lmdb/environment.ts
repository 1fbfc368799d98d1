// One of the three databases as LMDB has it: an environment with four tables.

import type { Database as LmdbDatabase, RootDatabase, Transaction } from "lmdb";
import type { Database } from "../../storage/database.js";
import type { Instant, Ledger, WriteLedger } from "../../storage/tables.js";
import type { PlainTable } from "./plain-table.js";
import type { SealedTable } from "./sealed-table.js";

/** An LMDB database with keys and values of plain bytes. */
export type Table = LmdbDatabase<Buffer, Buffer>;

export type TableName = "records" | "derived" | "local" | "sums";

export interface Environment extends Database {
  readonly root: RootDatabase;
  /** As a read transaction sees it. */
  at(transaction: Transaction): Instant & { records: SealedTable; ledger: Ledger };
  readonly records: SealedTable;
  readonly derived: PlainTable;
  readonly local: SealedTable;
  readonly ledger: WriteLedger;
}
