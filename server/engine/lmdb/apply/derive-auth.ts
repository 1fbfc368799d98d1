// Runs with a restore of auth, in its transaction. It keeps the token look-up, limits the restored accounts, notes that there
// were users and roles, and checks the outcome at the end.

import type { AuthRecords } from "../../../records/auth/auth-records.js";
import { limitRestored } from "../../../records/auth/limit-restored.js";
import {
  type AuthRestore,
  demandAdministrators,
  demandNoClash,
} from "../../../records/auth/restore-outcome.js";
import { authDerivedKeys, isTokenKey } from "../../../records/auth/token-lookup.js";
import type { StoredRecord } from "../../../records/records.js";
import { recordsNow } from "../../../storage/auth-records.js";
import { deriveTokensAnew } from "../../../storage/derived/token-derivation.js";
import { noteAccounts } from "../../../storage/notes/account-history.js";
import { noteOffline } from "../../../storage/notes/offline-events.js";
import { noteRestoredUsers } from "../../../storage/notes/restored-users.js";
import type { Environment } from "../environment.js";
import type { DatabaseRecord } from "./merge.js";
import type { PreparedRecord } from "./prepared-record.js";
import type { RestoreDerivation } from "./target.js";

type Tables = Pick<Environment, "records" | "derived" | "local">;

const EMPTY = Buffer.alloc(0);

export class AuthRestoreDerivation implements RestoreDerivation {
  readonly #database: Tables;
  readonly #restore: AuthRestore;
  readonly #before: AuthRecords;
  /** Records that are stored in another form than the snapshot's. */
  readonly #sealed: StoredRecord[] = [];
  /** Damaged tokens that were removed, whose derived keys can't be known any more. */
  readonly #unsure: Buffer[] = [];

  constructor(database: Tables, restore: AuthRestore) {
    this.#database = database;
    this.#restore = restore;
    this.#before = recordsNow(database);
    noteAccounts(database);
  }

  added(record: StoredRecord): void {
    this.#put(record, undefined);
  }

  overwritten(record: PreparedRecord, old: DatabaseRecord): void {
    this.removed(old);
    this.#put(record, old.isWhole ? old.value : undefined);
  }

  stayed(): void {}

  removed({ key, value, isWhole }: DatabaseRecord): void {
    if (!isWhole) {
      if (isTokenKey(key)) this.#unsure.push(Buffer.from(key));
    } else
      for (const derived of authDerivedKeys(key, value)) this.#database.derived.remove(derived);
  }

  blockEnd(): void {}

  finish(): void {
    if (this.#unsure.length > 0) deriveTokensAnew(this.#database, this.#unsure);
  }

  afterwards(): void {
    for (const { key, value } of this.#sealed) this.#database.records.put(key, value);
    const after = recordsNow(this.#database);
    demandNoClash(after);
    demandAdministrators(this.#before, after, this.#restore);
    noteAccounts(this.#database);
    noteRestoredUsers(this.#database, this.#before, after);
    const { event } = this.#restore;
    if (event) noteOffline(this.#database, event);
  }

  #put(record: StoredRecord, old: Buffer | undefined): void {
    const { key, value } = record;
    const { derived } = this.#database;
    for (const each of authDerivedKeys(key, value)) derived.put(each, EMPTY);
    const kept = limitRestored(record, old, this.#restore.held);
    if (kept !== value) this.#sealed.push({ key: Buffer.from(key), value: Buffer.from(kept) });
  }
}
