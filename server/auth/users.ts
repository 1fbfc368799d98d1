// Users: a name, a password, the names of roles. Deleting one takes its tokens and sessions along.

import { under } from "../database/keys.js";
import { checkName, nameProblem } from "../database/names.js";
import type { Database } from "../database/open.js";
import { decodeValue, encodeValue, type UserRecord, userKey } from "../database/records.js";
import { transact } from "../database/transact.js";
import { FlowgError } from "../errors.js";
import { noteAccount, noteAccounts } from "./history.js";
import { demandUserChange, type Insist } from "./last-administrator.js";
import { type Limit, roleLimit, userRecord, wider } from "./limits.js";
import { nameOf } from "./name-of.js";
import { checkPassword, hashPassword } from "./passwords.js";
import type { SessionStore } from "./sessions.js";
import type { TokenStore } from "./tokens.js";

export interface User {
  name: string;
  /** Sorted. Roles need not exist. */
  roles: string[];
}

export interface UserChanges extends Insist {
  /** Absent: stays as it is; a new user must have one. */
  password?: string | undefined;
  /** Of that password. */
  passwordLimit?: Limit;
  /** All roles from now on. Absent: stay as they are; a new user gets none. */
  roles?: readonly string[] | undefined;
  /** Of those roles. */
  roleLimit?: Limit;
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

  /** Whether there is one, whose record is not what was written. */
  isDamaged(name: string): boolean {
    return nameProblem(name) === undefined && this.#database.records.isDamaged(userKey(name));
  }

  /** Each role of a user with its limit; undefined if there is no such user. */
  limitedRoles(name: string): Map<string, Limit> | undefined {
    const record = this.#record(name);
    return record && new Map(record.roles.map((role) => [role, roleLimit(record, role)]));
  }

  /**
   * Creates the user or changes it. A new password ends the user's sessions. One whose record is damaged is made anew, and
   * keeps its tokens: those have records of their own.
   * @throws INPUT_INVALID, REFUSED if nobody could administer any more
   */
  async save(name: string, changes: UserChanges): Promise<User> {
    const key = userKey(checkName("user", name));
    for (const role of changes.roles ?? []) checkName("role", role);
    const newHash =
      changes.password === undefined ? undefined : await hashPassword(changes.password);
    return transact(this.#database, () => {
      const isDamaged = this.isDamaged(name);
      const existing = isDamaged ? undefined : this.#record(name);
      const passwordHash = newHash ?? existing?.passwordHash;
      if (isDamaged && (newHash === undefined || changes.roles === undefined))
        throw demandsAll(name);
      if (passwordHash === undefined) {
        throw new FlowgError("INPUT_INVALID", `a new user needs a password: ${name}`, {
          hint: "give a password",
        });
      }
      const passwordLimit = newHash === undefined ? existing?.passwordLimit : changes.passwordLimit;
      const roles = rolesAfter(existing, changes);
      const record = userRecord({ passwordHash, passwordLimit, roles });
      if (!changes.allowNoAdmin) demandUserChange(this.#database, name, record);
      noteAccount(this.#database, "user");
      // a restore can have left tokens under this name: they were never this user's
      if (existing === undefined && !isDamaged) this.#tokens.removeAll(name);
      if (newHash !== undefined) this.#sessions.end(name);
      this.#database.records.putSync(key, encodeValue(record));
      return user(name, record);
    });
  }

  /**
   * Whether or not it exists. In one transaction with its tokens and sessions.
   * @throws REFUSED if it is the last one, or the last who may administer
   */
  async delete(name: string, insist: Insist = {}): Promise<void> {
    const key = userKey(checkName("user", name));
    await transact(this.#database, () => {
      if (!insist.allowNoAdmin) demandUserChange(this.#database, name, undefined);
      noteAccounts(this.#database);
      this.#tokens.removeAll(name);
      if (!this.#database.records.doesExist(key)) return;
      this.#sessions.end(name);
      this.#database.records.removeSync(key);
    });
  }

  /** Whether this is the user's password. See {@link logIn}. */
  async checkPassword(name: string, password: string): Promise<boolean> {
    return (await this.logIn(name, password)) !== undefined;
  }

  /**
   * What this password opens, if it is the user's. Takes as long for a user that doesn't exist. A weaker hash, from FlowG,
   * is replaced by one of today's on the way.
   * @throws RATE_LIMITED when too many passwords are being checked
   */
  async logIn(name: string, password: string): Promise<{ limit: Limit } | undefined> {
    const record = this.#record(name);
    const stored = record?.passwordHash;
    const { matches, outdated } = await checkPassword(stored, password);
    if (!record || !matches) return undefined;
    if (outdated) await this.#renew(name, record.passwordHash, password);
    return { limit: record.passwordLimit };
  }

  async #renew(name: string, stored: string, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    await transact(this.#database, () => {
      const existing = this.#record(name);
      // somebody may have changed the password meanwhile
      if (existing?.passwordHash !== stored) return;
      this.#database.records.putSync(userKey(name), encodeValue({ ...existing, passwordHash }));
    });
  }

  /** What the user has, its limits among it. */
  #record(name: string): UserRecord | undefined {
    if (nameProblem(name)) return undefined;
    const value = this.#database.records.get(userKey(name));
    return value && decodeValue<UserRecord>(value);
  }
}

const demandsAll = (name: string) =>
  new FlowgError(
    "INPUT_INVALID",
    `the record of user ${name} is damaged: nobody knows its password and its roles any more`,
    { hint: "give a new password and all roles, or delete the user" },
  );

/** The user's roles after a change, with their limits: one that is given again may be limited less, never more. */
function rolesAfter(
  existing: UserRecord | undefined,
  { roles, roleLimit: given }: UserChanges,
): Map<string, Limit> {
  const had = (role: string) => existing?.roles.includes(role) ?? false;
  const limit = (role: string): Limit => {
    if (!existing || !had(role)) return given;
    const old = roleLimit(existing, role);
    return roles === undefined ? old : wider(old, given);
  };
  return new Map((roles ?? existing?.roles ?? []).map((role) => [role, limit(role)]));
}

const user = (name: string, { roles }: UserRecord): User => ({
  name,
  roles: [...new Set(roles)].sort(),
});
