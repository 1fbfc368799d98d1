// What a restore does to a database's tables, record by record, inside its transaction: the records, and with
// them whatever is derived from them.

import type { DatabaseKind } from "../database/kinds.js";
import type { Database } from "../database/open.js";
import type { StreamRecord } from "../database/records.js";
import { AuthDerivation } from "./derive-auth.js";
import { LogDerivation } from "./derive-logs.js";
import type { BaseRecord, MergeTarget } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";

/** Keeps derived data what it must be, while records change. Bytes are only valid during a call. */
export interface Derivation {
  added(record: PreparedRecord): void;
  overwritten(record: PreparedRecord, old: Buffer): void;
  stayed(record: BaseRecord): void;
  removed(old: BaseRecord): void;
  /** All records have been seen. */
  finish(): void;
}

export interface DerivationOptions {
  database: Database;
  /** The streams that will be there, by name, as the restore leaves them. Only for logs. */
  streams: ReadonlyMap<string, StreamRecord>;
}

const DERIVATIONS: Record<DatabaseKind, (options: DerivationOptions) => Derivation> = {
  auth: ({ database }) => new AuthDerivation(database),
  config: () => NOTHING,
  logs: (options) => new LogDerivation(options),
};

const nothing = () => {};
const NOTHING: Derivation = {
  added: nothing,
  overwritten: nothing,
  stayed: nothing,
  removed: nothing,
  finish: nothing,
};

/** Writes to the database. Only inside a write transaction. */
export function writingTarget(options: DerivationOptions): MergeTarget & { finish(): void } {
  const { records } = options.database;
  const derivation = DERIVATIONS[options.database.kind](options);
  return {
    added(record, isLast) {
      // past the database's last key LMDB can append, which is twice as fast and packs pages full
      if (isLast) records.putSync(record.key, record.value, APPEND);
      else records.putSync(record.key, record.value);
      derivation.added(record);
    },
    overwritten(record, old) {
      records.putSync(record.key, record.value);
      derivation.overwritten(record, old);
    },
    stayed: (record) => derivation.stayed(record),
    removed(old) {
      records.removeSync(old.key);
      derivation.removed(old);
    },
    finish: () => derivation.finish(),
  };
}

const APPEND = { append: true };

/** Writes nothing: a dry run only counts. */
export const countingTarget: MergeTarget & { finish(): void } = NOTHING;
