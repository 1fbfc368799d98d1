// Checks the law of derived data in a whole database: its derived table holds what its records say, and nothing else. A walk
// gives the records in order. The check sums up what follows from them, and compares that with a sum over the table. So it
// takes little memory, however large the database is. It shares no code with the stores and restores that keep the table in
// step.

import type { DatabaseKind } from "../../records/kinds.js";
import type { Database } from "../../storage/database.js";
import { LogLaw } from "./log-law.js";
import { TokenLaw } from "./token-law.js";

/** A record inside a block. Key and value are valid only as long as the block is. */
export interface SeenRecord {
  key: Buffer;
  value: Buffer;
}

export interface DerivedLaw {
  /** Takes in the next records, in order of their keys. @returns what is wrong, in words */
  see(records: readonly SeenRecord[]): Promise<string[]>;
  /** Ends the check, once all records have been seen. @returns what is wrong, in words */
  end(): Promise<string[]>;
}

/** @param signal ends it, also within the records of one block or stream: with CANCELLED */
export const derivedLaw = (
  kind: DatabaseKind,
  database: Database,
  signal?: AbortSignal,
): DerivedLaw =>
  ({
    auth: () => new TokenLaw(database),
    config: () => new NothingDerived(database),
    logs: () => new LogLaw(database, signal),
  })[kind]();

/** Nothing is derived from config records. */
class NothingDerived implements DerivedLaw {
  constructor(private readonly database: Database) {}

  async see(): Promise<string[]> {
    return [];
  }

  async end(): Promise<string[]> {
    const count = await this.database.read(({ derived }) => derived.count({ limit: 1 }));
    return count === 0 ? [] : ["it has derived data, and none follows from its records"];
  }
}
