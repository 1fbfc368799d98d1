// The token look-up, kept right while a restore changes tokens.

import { authDerivedKeys, legacyRange, sha256Tokens } from "../auth/derived.js";
import type { Database } from "../database/open.js";
import type { StoredRecord } from "../database/records.js";
import type { BaseRecord } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";
import type { Derivation } from "./target.js";

const EMPTY = Buffer.alloc(0);

export class AuthDerivation implements Derivation {
  /** Whether something damaged has gone: what was derived from it nobody knows any more. */
  #isUnsure = false;

  constructor(private readonly database: Pick<Database, "records" | "derived">) {}

  added({ key, value }: StoredRecord): void {
    for (const derived of authDerivedKeys(key, value))
      this.database.derived.putSync(derived, EMPTY);
  }

  overwritten(record: PreparedRecord, old: BaseRecord): void {
    this.removed(old);
    this.added(record);
  }

  stayed(): void {}

  removed({ key, value, isWhole }: BaseRecord): void {
    if (!isWhole) this.#isUnsure = true;
    else
      for (const derived of authDerivedKeys(key, value)) this.database.derived.removeSync(derived);
  }

  blockEnd(): void {}

  finish(): void {
    if (!this.#isUnsure) return;
    const { records, derived } = this.database;
    for (const range of [sha256Tokens(), legacyRange()])
      for (const key of [...derived.getKeys(range)]) derived.removeSync(key);
    for (const record of [...records.findRange()]) if (record.isWhole) this.added(record);
  }
}
