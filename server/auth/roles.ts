// Roles: a name and its scopes.

import { under } from "../database/keys.js";
import { checkName, nameProblem } from "../database/names.js";
import type { Database } from "../database/open.js";
import { decodeValue, encodeValue, type RoleRecord, roleKey } from "../database/records.js";
import { transact } from "../database/transact.js";
import { noteAccount, noteAccounts } from "./history.js";
import { demandRoleChange, type Insist } from "./last-administrator.js";
import { nameOf } from "./name-of.js";
import { checkScopes, effectiveScopes, type Scope } from "./scopes.js";

export interface Role {
  name: string;
  /** Sorted. Names that this version doesn't know stay as they came, without effect. */
  scopes: string[];
}

export class RoleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All roles, by name. */
  list(): Role[] {
    return [...this.#database.records.getRange(under("role"))].map(({ key, value }) =>
      role(nameOf(key as Buffer), decodeValue(value)),
    );
  }

  get(name: string): Role | undefined {
    // a user may carry any text as a role's name, also one too long for a key
    if (nameProblem(name)) return undefined;
    const value = this.#database.records.get(roleKey(name));
    return value && role(name, decodeValue(value));
  }

  /** Whether there is one, whose record is not what was written. */
  isDamaged(name: string): boolean {
    return nameProblem(name) === undefined && this.#database.records.isDamaged(roleKey(name));
  }

  /**
   * Creates the role, or replaces all its scopes.
   * @throws INPUT_INVALID, REFUSED if nobody could administer any more
   */
  async save(name: string, scopes: readonly string[], insist: Insist = {}): Promise<Role> {
    const record: RoleRecord = { scopes: checkScopes(scopes) };
    const key = roleKey(checkName("role", name));
    await transact(this.#database, () => {
      if (!insist.allowNoAdmin) demandRoleChange(this.#database, name, record);
      noteAccount(this.#database, "role");
      this.#database.records.putSync(key, encodeValue(record));
    });
    return role(name, record);
  }

  /**
   * Whether or not it exists. Users keep the name, which grants nothing any more.
   * @throws REFUSED if it is the last one, or nobody could administer any more
   */
  async delete(name: string, insist: Insist = {}): Promise<void> {
    const key = roleKey(checkName("role", name));
    await transact(this.#database, () => {
      if (!insist.allowNoAdmin) demandRoleChange(this.#database, name, undefined);
      noteAccounts(this.#database);
      this.#database.records.removeSync(key);
    });
  }

  /** What these roles grant together. Roles that don't exist grant nothing. */
  scopesOf(names: Iterable<string>): Set<Scope> {
    const scopes: string[] = [];
    for (const name of names) scopes.push(...(this.get(name)?.scopes ?? []));
    return effectiveScopes(scopes);
  }
}

const role = (name: string, { scopes }: RoleRecord): Role => ({
  name,
  scopes: [...new Set(scopes)].sort(),
});
