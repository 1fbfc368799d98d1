// The auth database at one instant, or as a transaction sees it: users, roles, tokens, and what they may do.

import { FlowgError } from "../../platform/errors.js";
import { type Limit, roleLimit, within } from "../../records/auth/limits.js";
import { nameOf } from "../../records/auth/name-of.js";
import { effectiveScopes, type Scope, withBackups } from "../../records/auth/scopes.js";
import { sha256Range } from "../../records/auth/token-lookup.js";
import { endsAt } from "../../records/auth/token-terms.js";
import { isTokenText, tokenSha256 } from "../../records/auth/token-text.js";
import { segments, under } from "../../records/keys.js";
import { nameProblem } from "../../records/names.js";
import {
  decodeValue,
  type RoleRecord,
  roleKey,
  type TokenRecord,
  tokenKey,
  type UserRecord,
  userKey,
} from "../../records/records.js";
import { restoredSince } from "../../storage/notes/restored-users.js";
import type { Instant, ReadTable } from "../../storage/tables.js";
import { sessionsVoidUntil } from "./sessions.js";

export interface User {
  name: string;
  /** Sorted. Roles need not exist. */
  roles: string[];
}

export interface Role {
  name: string;
  /** Sorted. Names that this version doesn't know are kept, without effect. */
  scopes: string[];
}

/** A token that authenticates. */
export interface KnownToken {
  user: string;
  uuid: string;
  /** The scopes that the token may open at most. */
  limit: Limit;
  /** RFC 3339; absent if it never ends. */
  until: string | undefined;
}

export class AuthAt {
  constructor(readonly instant: Instant) {}

  /** All users, by name. */
  users(): User[] {
    return [...this.instant.records.range(under("user"))].map(({ key, value }) =>
      userOf(nameOf(key), decodeValue(value)),
    );
  }

  user(name: string): User | undefined {
    const record = this.userRecord(name);
    return record && userOf(name, record);
  }

  /** The user's record, with its limits. */
  userRecord(name: string): UserRecord | undefined {
    if (nameProblem(name)) return undefined;
    const value = this.instant.records.get(userKey(name));
    return value && decodeValue<UserRecord>(value);
  }

  /** Whether the record exists and is damaged. */
  isUserDamaged(name: string): boolean {
    return nameProblem(name) === undefined && isDamaged(this.instant.records, userKey(name));
  }

  /** All roles, by name. */
  roles(): Role[] {
    return [...this.instant.records.range(under("role"))].map(({ key, value }) =>
      roleOf(nameOf(key), decodeValue(value)),
    );
  }

  role(name: string): Role | undefined {
    // a user may carry any text as a role's name, also one too long for a key
    if (nameProblem(name)) return undefined;
    const value = this.instant.records.get(roleKey(name));
    return value && roleOf(name, decodeValue(value));
  }

  /** Whether the record exists and is damaged. */
  isRoleDamaged(name: string): boolean {
    return nameProblem(name) === undefined && isDamaged(this.instant.records, roleKey(name));
  }

  /** The scopes that these roles grant together. Roles that don't exist grant nothing. */
  scopesOfRoles(names: Iterable<string>): Set<Scope> {
    const scopes: string[] = [];
    for (const name of names) scopes.push(...(this.role(name)?.scopes ?? []));
    return effectiveScopes(scopes);
  }

  /** The scopes of a user: the union of its roles' scopes, each within its limit. Undefined for an unknown user. */
  scopesOf(name: string): Set<Scope> | undefined {
    const record = this.userRecord(name);
    if (record === undefined) return undefined;
    const scopes = new Set<Scope>();
    for (const role of new Set(record.roles))
      for (const scope of within(this.scopesOfRoles([role]), roleLimit(record, role)))
        scopes.add(scope);
    return withBackups(scopes);
  }

  /** The UUIDs of the user's tokens, sorted. */
  tokensOf(user: string): string[] {
    if (nameProblem(user)) return [];
    return [...this.instant.records.keys(under("token", user))].map(
      (key) => segments(key)[2] ?? "",
    );
  }

  /**
   * Finds a token, without trying slow hashes. Where two tokens have the same hash, neither authenticates, so that nobody can
   * act as another user by a copied hash. (A restore refuses such tokens, but earlier versions let them in.)
   * @throws UNAUTHENTICATED if it has expired; only the bearer of the token can learn that
   */
  tokenOf(text: string): KnownToken | undefined {
    if (!isTokenText(text)) return undefined;
    const { records, derived } = this.instant;
    const sha256 = tokenSha256(text);
    let known: KnownToken | undefined;
    for (const found of derived.keys(sha256Range(sha256))) {
      const [, , user = "", uuid = ""] = segments(found);
      // a restore can bring a token whose user it doesn't bring
      if (!records.has(userKey(user))) continue;
      const value = records.get(tokenKey(user, uuid));
      const record = value && decodeValue<TokenRecord>(value);
      // the look-up has no checksums, so it counts only if the token's own record agrees
      if (!record || !("sha256" in record) || record.sha256 !== sha256) continue;
      if (known !== undefined) return undefined;
      known = { user, uuid, limit: record.limit, until: record.expires };
    }
    if (known?.until !== undefined && endsAt({ expires: known.until }) <= Date.now())
      throw expired(known.until);
    return known;
  }

  /** Milliseconds since 1970 up to which JWTs issued to `user` are void, or undefined if none is. */
  sessionsVoidUntil(user: string): number | undefined {
    return sessionsVoidUntil(this.instant, user);
  }

  /** Since when the name stands for this user, milliseconds since 1970: before, it may have been somebody else's. */
  knownSince(user: string): number {
    return Math.max(
      sessionsVoidUntil(this.instant, user) ?? 0,
      restoredSince(this.instant, user) ?? 0,
    );
  }
}

export const expired = (until: string | undefined) =>
  new FlowgError("UNAUTHENTICATED", `the token expired at ${until}`, {
    hint: "create a new token",
  });

const isDamaged = (records: ReadTable, key: Uint8Array): boolean =>
  records.find(key)?.isWhole === false;

export const userOf = (name: string, { roles }: UserRecord): User => ({
  name,
  roles: [...new Set(roles)].sort(),
});

export const roleOf = (name: string, { scopes }: RoleRecord): Role => ({
  name,
  scopes: [...new Set(scopes)].sort(),
});
