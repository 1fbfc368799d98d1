// The law of derived data, looked at in a whole database: what its derived table holds is what its records say. The records
// come in order, as a walk gives them; what follows from them is summed up, and compared with the sum of what is there. So it
// takes little memory, however large the database is, and knows nothing of how stores and restores keep the table in step.

import type { DatabaseKind } from "../../records/kinds.js";
import type { Database } from "../../storage/database.js";
import { LogLaw } from "./log-law.js";
import { TokenLaw } from "./token-law.js";

/** A record as it stands in a block. Both are gone with it. */
export interface SeenRecord {
  key: Buffer;
  value: Buffer;
}

export interface DerivedLaw {
  /** The next records, in order of their keys. @returns what is wrong, in words */
  see(records: readonly SeenRecord[]): Promise<string[]>;
  /** Once all have been seen. */
  end(): Promise<string[]>;
}

export const derivedLaw = (kind: DatabaseKind, database: Database): DerivedLaw =>
  ({
    auth: () => new TokenLaw(database),
    config: () => new NothingDerived(database),
    logs: () => new LogLaw(database),
  })[kind]();

/** Answers come from the records themselves. */
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
