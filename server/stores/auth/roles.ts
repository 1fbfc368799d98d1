// Roles: a name and its scopes.

import { nameOf } from "../../records/auth/name-of.js";
import { checkScopes } from "../../records/auth/scopes.js";
import { under } from "../../records/keys.js";
import { checkName } from "../../records/names.js";
import { decodeValue, encodeValue, type RoleRecord, roleKey } from "../../records/records.js";
import type { Database } from "../../storage/database.js";
import { noteAccount, noteAccounts } from "../../storage/notes/account-history.js";
import { recordsInTurns } from "../in-turns.js";
import { AuthAt, type Role, roleOf } from "./auth-at.js";
import { demandRoleChange, type Insist } from "./last-administrator.js";

export class RoleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All roles, by name. */
  list(): Promise<Role[]> {
    return this.#database.read((instant) => new AuthAt(instant).roles());
  }

  /** Gives all roles in turns, so that a server does other work in between. */
  async *each(): AsyncGenerator<Role> {
    for await (const { key, value } of recordsInTurns(this.#database, under("role")))
      yield roleOf(nameOf(key), decodeValue(value));
  }

  get(name: string): Promise<Role | undefined> {
    return this.#database.read((instant) => new AuthAt(instant).role(name));
  }

  /** Whether the record exists and is damaged. */
  isDamaged(name: string): Promise<boolean> {
    return this.#database.read((instant) => new AuthAt(instant).isRoleDamaged(name));
  }

  /**
   * Creates the role, or replaces all its scopes.
   * @throws INPUT_INVALID, REFUSED if nobody could administer any more
   */
  async save(name: string, scopes: readonly string[], insist: Insist = {}): Promise<Role> {
    const record: RoleRecord = { scopes: checkScopes(scopes) };
    const key = roleKey(checkName("role", name));
    await this.#database.change((changes) => {
      if (!insist.allowNoAdmin) demandRoleChange(changes, name, record);
      noteAccount(changes, "role");
      changes.put(key, encodeValue(record));
    });
    return roleOf(name, record);
  }

  /**
   * Succeeds even if the role doesn't exist. Users keep its name, which grants nothing any more.
   * @throws REFUSED if it is the last role, or no user could administer any more
   */
  async delete(name: string, insist: Insist = {}): Promise<void> {
    const key = roleKey(checkName("role", name));
    await this.#database.change((changes) => {
      if (!insist.allowNoAdmin) demandRoleChange(changes, name, undefined);
      noteAccounts(changes);
      changes.remove(key);
    });
  }
}
