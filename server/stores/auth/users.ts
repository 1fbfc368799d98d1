// Users: a name, a password, the names of roles. Deleting a user also removes the user's tokens and sessions.

import { FlowgError } from "../../platform/errors.js";
import { type Limit, roleLimit, userRecord, wider } from "../../records/auth/limits.js";
import { nameOf } from "../../records/auth/name-of.js";
import { under } from "../../records/keys.js";
import { checkName } from "../../records/names.js";
import { decodeValue, encodeValue, type UserRecord, userKey } from "../../records/records.js";
import type { Database } from "../../storage/database.js";
import { noteAccount, noteAccounts } from "../../storage/notes/account-history.js";
import { recordsInTurns } from "../in-turns.js";
import { AuthAt, type User, userOf } from "./auth-at.js";
import { demandUserChange, type Insist } from "./last-administrator.js";
import { checkPassword, hashPassword } from "./passwords.js";
import { endSessions } from "./sessions.js";
import type { TokenUses } from "./token-uses.js";
import { removeTokens } from "./tokens.js";

export interface UserChanges extends Insist {
  /** If absent, it stays as it is. A new user must have one. */
  password?: string | undefined;
  /** The hash that must still be stored: see {@link UserStore.matchingHash}. */
  ifHash?: string | undefined;
  /** The limit of the scopes that the password opens. */
  passwordLimit?: Limit;
  /** All roles from now on. If absent, they stay as they are, and a new user gets none. */
  roles?: readonly string[] | undefined;
  /** The limit of the scopes that the roles give. */
  roleLimit?: Limit;
}

export class UserStore {
  readonly #database: Database;
  readonly #uses: TokenUses;

  constructor(database: Database, uses: TokenUses) {
    this.#database = database;
    this.#uses = uses;
  }

  /** All users, by name. */
  list(): Promise<User[]> {
    return this.#database.read((instant) => new AuthAt(instant).users());
  }

  /** Gives all users in turns, so that a server does other work in between. */
  async *each(): AsyncGenerator<User> {
    for await (const { key, value } of recordsInTurns(this.#database, under("user")))
      yield userOf(nameOf(key), decodeValue(value));
  }

  get(name: string): Promise<User | undefined> {
    return this.#database.read((instant) => new AuthAt(instant).user(name));
  }

  /** Whether the record exists and is damaged. */
  isDamaged(name: string): Promise<boolean> {
    return this.#database.read((instant) => new AuthAt(instant).isUserDamaged(name));
  }

  /**
   * Creates the user or changes it. A new password ends the user's sessions. A damaged record is made anew. The user's tokens
   * stay, since they have records of their own.
   * @throws INPUT_INVALID, REFUSED if nobody could administer any more
   */
  async save(name: string, wanted: UserChanges): Promise<User> {
    const key = userKey(checkName("user", name));
    for (const role of wanted.roles ?? []) checkName("role", role);
    const newHash = wanted.password === undefined ? undefined : await hashPassword(wanted.password);
    return this.#database.change((changes) => {
      const at = new AuthAt(changes);
      const isDamaged = at.isUserDamaged(name);
      const existing = isDamaged ? undefined : at.userRecord(name);
      if (wanted.ifHash !== undefined && existing?.passwordHash !== wanted.ifHash) {
        throw new FlowgError("CONFLICT", "the password was changed meanwhile", {
          hint: "log in with the new one",
        });
      }
      const passwordHash = newHash ?? existing?.passwordHash;
      if (isDamaged && (newHash === undefined || wanted.roles === undefined))
        throw demandsAll(name);
      if (passwordHash === undefined) {
        throw new FlowgError("INPUT_INVALID", `a new user needs a password: ${name}`, {
          hint: "give a password",
        });
      }
      const passwordLimit = newHash === undefined ? existing?.passwordLimit : wanted.passwordLimit;
      const roles = rolesAfter(existing, wanted);
      const record = userRecord({ passwordHash, passwordLimit, roles });
      if (!wanted.allowNoAdmin) demandUserChange(changes, name, record);
      noteAccount(changes, "user");
      // tokens that a restore has left under this name were never this user's
      if (existing === undefined && !isDamaged) removeTokens(changes, name);
      if (newHash !== undefined) endSessions(changes, name);
      changes.put(key, encodeValue(record));
      return userOf(name, record);
    });
  }

  /**
   * Succeeds even if the user doesn't exist. It removes the tokens and sessions in the same transaction.
   * @throws REFUSED if it is the last user, or the last administrator
   */
  async delete(name: string, insist: Insist = {}): Promise<void> {
    const key = userKey(checkName("user", name));
    await this.#database.change((changes) => {
      if (!insist.allowNoAdmin) demandUserChange(changes, name, undefined);
      noteAccounts(changes);
      removeTokens(changes, name);
      if (!changes.records.has(key)) return;
      endSessions(changes, name);
      changes.remove(key);
    });
    this.#uses.forget(name);
  }

  /**
   * The stored hash, if this is the user's password. A caller that then sets a new password gives this hash to {@link save},
   * since an administrator may have set another one meanwhile.
   * @throws RATE_LIMITED
   */
  async matchingHash(name: string, password: string): Promise<string | undefined> {
    const stored = (await this.#record(name))?.passwordHash;
    return (await checkPassword(stored, password)).matches ? stored : undefined;
  }

  /** Whether this is the user's password. See {@link logIn}. */
  async checkPassword(name: string, password: string): Promise<boolean> {
    return (await this.logIn(name, password)) !== undefined;
  }

  /**
   * Checks a password.
   * @returns the limit of the password; undefined if it isn't the user's. It takes as long for an unknown user. It replaces a
   * weak hash of FlowG by a new one.
   * @throws RATE_LIMITED when too many passwords are being checked
   */
  async logIn(name: string, password: string): Promise<{ limit: Limit } | undefined> {
    const record = await this.#record(name);
    const stored = record?.passwordHash;
    const { matches, outdated } = await checkPassword(stored, password);
    if (!record || !matches) return undefined;
    if (outdated) await this.#renew(name, record.passwordHash, password);
    return { limit: record.passwordLimit };
  }

  async #renew(name: string, stored: string, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    await this.#database.change((changes) => {
      const existing = new AuthAt(changes).userRecord(name);
      // somebody may have changed the password meanwhile
      if (existing?.passwordHash !== stored) return;
      changes.put(userKey(name), encodeValue({ ...existing, passwordHash }));
    });
  }

  #record(name: string): Promise<UserRecord | undefined> {
    return this.#database.read((instant) => new AuthAt(instant).userRecord(name));
  }
}

const demandsAll = (name: string) =>
  new FlowgError(
    "INPUT_INVALID",
    `the record of user ${name} is damaged: nobody knows its password and its roles any more`,
    { hint: "give a new password and all roles, or delete the user" },
  );

/** The user's roles after a change, with their limits. Giving a role again can widen its limit, and never narrows it. */
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
