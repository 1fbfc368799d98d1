// Works out from the records of auth which scopes, passwords and tokens each user has.

import type { AuthRecords } from "../../records/auth/auth-records.js";
import { tokenHash } from "../../records/auth/limit-restored.js";
import { roleLimit, within } from "../../records/auth/limits.js";
import { effectiveScopes, type Scope, withBackups } from "../../records/auth/scopes.js";
import { endsAt } from "../../records/auth/token-terms.js";
import { firstSegment, segments } from "../../records/keys.js";
import {
  decodeValue,
  type RoleRecord,
  type TokenRecord,
  type UserRecord,
} from "../../records/records.js";

export interface Accounts {
  users: Map<string, ReadonlySet<Scope>>;
  /** Scopes, by role. */
  roles: Map<string, ReadonlySet<Scope>>;
  /** Roles that users have but that don't exist, by user. */
  unmade: Map<string, ReadonlySet<string>>;
  /** Hashes of passwords, by user. */
  passwords: Map<string, string>;
  /** Tokens of existing users that haven't expired, by `USER␛UUID`. */
  tokens: Map<string, AccountToken>;
  /** Tokens that haven't expired and whose user doesn't exist, by `USER␛UUID`. */
  ownerless: Map<string, AccountToken>;
}

interface AccountToken {
  /** The hash that the token must match. */
  hash: string;
  /** When it ends, milliseconds since 1970; Infinity for never. */
  ends: number;
}

/** Tokens that open more on one side than on the other, where they are missing, have another hash or end earlier. */
export function moreOf(
  tokens: ReadonlyMap<string, AccountToken>,
  others: ReadonlyMap<string, AccountToken>,
): string[] {
  return [...tokens]
    .filter(([id, { hash, ends }]) => {
      const other = others.get(id);
      return other === undefined || other.hash !== hash || other.ends < ends;
    })
    .map(([id]) => id)
    .sort();
}

export const NO_SCOPES: ReadonlySet<Scope> = new Set();

/** @param now tokens that have expired by then are left out */
export function accounts(records: AuthRecords, now: number): Accounts {
  const roles = new Map<string, RoleRecord>();
  const users = new Map<string, UserRecord>();
  const tokens = new Map<string, AccountToken>();
  for (const [key, value] of records) {
    const bytes = Buffer.from(key, "latin1");
    const [, name = "", uuid = ""] = segments(bytes);
    const kind = firstSegment(bytes);
    if (kind === "role") roles.set(name, decodeValue<RoleRecord>(value));
    else if (kind === "user") users.set(name, decodeValue<UserRecord>(value));
    else {
      const token = decodeValue<TokenRecord>(value);
      const ends = endsAt(token);
      if (ends > now) tokens.set(`${name}\x1b${uuid}`, { hash: tokenHash(token), ends });
    }
  }
  const scopes = new Map<string, ReadonlySet<Scope>>();
  const passwords = new Map<string, string>();
  const unmade = new Map<string, ReadonlySet<string>>();
  for (const [name, user] of users) {
    unmade.set(name, new Set(user.roles.filter((role) => !roles.has(role))));
    const held = user.roles.flatMap((role) => [
      ...within(effectiveScopes(roles.get(role)?.scopes ?? []), roleLimit(user, role)),
    ]);
    scopes.set(name, withBackups(held));
    passwords.set(name, user.passwordHash);
  }
  const ownerless = new Map<string, AccountToken>();
  for (const [id, token] of tokens) {
    if (users.has(tokenOf(id).user)) continue;
    tokens.delete(id);
    ownerless.set(id, token);
  }
  const roleScopes = new Map(
    [...roles].map(([name, { scopes }]) => [name, effectiveScopes(scopes)] as const),
  );
  return { users: scopes, roles: roleScopes, unmade, passwords, tokens, ownerless };
}

export function tokenOf(id: string): { user: string; uuid: string } {
  const [user = "", uuid = ""] = id.split("\x1b");
  return { user, uuid };
}
