// The token look-up, kept right while a restore changes tokens.

import { authDerivedKeys } from "../auth/derived.js";
import type { Database } from "../database/open.js";
import type { BaseRecord } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";
import type { Derivation } from "./target.js";

const EMPTY = Buffer.alloc(0);

export class AuthDerivation implements Derivation {
  constructor(private readonly database: Pick<Database, "derived">) {}

  added({ key, value }: BaseRecord): void {
    for (const derived of authDerivedKeys(key, value))
      this.database.derived.putSync(derived, EMPTY);
  }

  overwritten(record: PreparedRecord, old: BaseRecord): void {
    this.removed(old);
    this.added(record);
  }

  stayed(): void {}

  removed({ key, value }: BaseRecord): void {
    for (const derived of authDerivedKeys(key, value)) this.database.derived.removeSync(derived);
  }

  blockEnd(): void {}

  finish(): void {}
}
