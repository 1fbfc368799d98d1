// The rule that keeps anybody from waiting for scopes: WHAT SOMEBODY GIVES GRANTS AT MOST WHAT THEY HELD THEN.
//
// Three things open a user's scopes: a password, a token, and a role that the user has. Each keeps as its limit the scopes of
// the user that set it, and every request is held to that limit. Users that hold all scopes, the command line on directories,
// and FlowG's records set no limit. So it doesn't matter what happens to roles and users afterwards, or in a restore. Somebody
// who takes a user's roles away and sets the password gains nothing when an administrator gives the roles back. Somebody who
// empties a role and joins it gains nothing when it is filled again.
//
// What a user sets for themselves (a new password, a token) has the limit of the credential they came with. A limit ends
// when somebody who holds more sets the password, or gives the role, again.

import type { UserRecord } from "../records.js";
import { SCOPES, type Scope, withBackups } from "./scopes.js";

/** Scopes, sorted; undefined means no limit. */
export type Limit = readonly string[] | undefined;

/** The most that a user with these effective scopes can give. */
export function limitOf(held: ReadonlySet<Scope>): Limit {
  return SCOPES.every((scope) => held.has(scope)) ? undefined : [...held].sort();
}

/** The scopes of a set that a limit leaves. */
export function within(scopes: ReadonlySet<Scope>, limit: Limit): Set<Scope> {
  if (limit === undefined) return new Set(scopes);
  // limits stored by versions without scopes of backups don't name them
  const left = withBackups(limit);
  return new Set([...scopes].filter((scope) => left.has(scope)));
}

/** The limit where both hold. */
export function narrower(a: Limit, b: Limit): Limit {
  if (a === undefined || b === undefined) return a ?? b;
  const left = withBackups(b);
  return [...withBackups(a)].filter((scope) => left.has(scope)).sort();
}

/** The limit of a thing that was given twice: it grants what either gift did. */
export function wider(a: Limit, b: Limit): Limit {
  if (a === undefined || b === undefined) return undefined;
  return [...new Set([...a, ...b])].sort();
}

/** The limit of a role that a user has. Of two for one role, both hold. */
export function roleLimit({ roleLimits = [] }: Pick<UserRecord, "roleLimits">, role: string) {
  return roleLimits
    .filter((one) => one.role === role)
    .reduce<Limit>((limit, one) => narrower(limit, one.limit), undefined);
}

/** A user's record. Optional members are left out where there is no limit, so that equal records are equal bytes. */
export function userRecord(user: {
  passwordHash: string;
  passwordLimit: Limit;
  roles: ReadonlyMap<string, Limit>;
}): UserRecord {
  const roles = [...user.roles.keys()].sort();
  const roleLimits = roles.flatMap((role) => {
    const limit = user.roles.get(role);
    return limit === undefined ? [] : [{ role, limit: [...limit] }];
  });
  return {
    passwordHash: user.passwordHash,
    ...(user.passwordLimit && { passwordLimit: [...user.passwordLimit] }),
    roles,
    ...(roleLimits.length > 0 && { roleLimits }),
  };
}
