// Users: a name, a password, the names of roles. Deleting one takes its tokens and sessions along.

import { under } from "../database/keys.js";
import { checkName, nameProblem } from "../database/names.js";
import type { Database } from "../database/open.js";
import { decodeValue, encodeValue, type UserRecord, userKey } from "../database/records.js";
import { transact } from "../database/transact.js";
import { FlowgError } from "../errors.js";
import { nameOf } from "./name-of.js";
import { checkPassword, hashPassword } from "./passwords.js";
import type { SessionStore } from "./sessions.js";
import type { TokenStore } from "./tokens.js";

export interface User {
  name: string;
  /** Sorted. Roles need not exist. */
  roles: string[];
}

export interface UserChanges {
  /** Absent: stays as it is; a new user must have one. */
  password?: string | undefined;
  /** All roles from now on. Absent: stay as they are; a new user gets none. */
  roles?: readonly string[] | undefined;
}

export class UserStore {
  readonly #database: Database;
  readonly #tokens: TokenStore;
  readonly #sessions: SessionStore;

  constructor(database: Database, tokens: TokenStore, sessions: SessionStore) {
    this.#database = database;
    this.#tokens = tokens;
    this.#sessions = sessions;
  }

  /** All users, by name. */
  list(): User[] {
    return [...this.#database.records.getRange(under("user"))].map(({ key, value }) =>
      user(nameOf(key as Buffer), decodeValue(value)),
    );
  }

  get(name: string): User | undefined {
    const record = this.#record(name);
    return record && user(name, record);
  }

  /**
   * Creates the user or changes it. A new password ends the user's sessions.
   * @throws INPUT_INVALID
   */
  async save(name: string, changes: UserChanges): Promise<User> {
    const key = userKey(checkName("user", name));
    const roles = changes.roles?.map((role) => checkName("role", role));
    const newHash =
      changes.password === undefined ? undefined : await hashPassword(changes.password);
    return transact(this.#database, () => {
      const existing = this.#record(name);
      const passwordHash = newHash ?? existing?.passwordHash;
      if (passwordHash === undefined) {
        throw new FlowgError("INPUT_INVALID", `a new user needs a password: ${name}`, {
          hint: "give a password",
        });
      }
      const record = {
        passwordHash,
        roles: [...new Set(roles ?? existing?.roles ?? [])].sort(),
      };
      // a restore can have left tokens under this name: they were never this user's
      if (existing === undefined) this.#tokens.removeAll(name);
      if (newHash !== undefined) this.#sessions.end(name);
      this.#database.records.putSync(key, encodeValue(record));
      return user(name, record);
    });
  }

  /** Whether or not it exists. In one transaction with its tokens and sessions. */
  async delete(name: string): Promise<void> {
    const key = userKey(checkName("user", name));
    await transact(this.#database, () => {
      this.#tokens.removeAll(name);
      if (this.#record(name) === undefined) return;
      this.#sessions.end(name);
      this.#database.records.removeSync(key);
    });
  }

  /**
   * Whether this is the user's password. Takes as long for a user that doesn't exist. A weaker hash, from FlowG, is
   * replaced by one of today's on the way.
   */
  async checkPassword(name: string, password: string): Promise<boolean> {
    const stored = this.#record(name)?.passwordHash;
    const { matches, outdated } = await checkPassword(stored, password);
    if (!matches || !outdated) return matches;
    const passwordHash = await hashPassword(password);
    await transact(this.#database, () => {
      const existing = this.#record(name);
      // somebody may have changed the password meanwhile
      if (existing?.passwordHash !== stored || existing === undefined) return;
      this.#database.records.putSync(userKey(name), encodeValue({ ...existing, passwordHash }));
    });
    return true;
  }

  #record(name: string): UserRecord | undefined {
    if (nameProblem(name)) return undefined;
    const value = this.#database.records.get(userKey(name));
    return value && decodeValue<UserRecord>(value);
  }
}

const user = (name: string, { roles }: UserRecord): User => ({
  name,
  roles: [...new Set(roles)].sort(),
});
