// The rule that keeps anybody from waiting for scopes: WHAT SOMEBODY GIVES GRANTS AT MOST WHAT THEY HELD THEN.
//
// Three things open a user's scopes: a password, a token, a role that the user has. Each keeps the scopes of the user that set it
// as its limit, and is looked at through that limit at every request; none is kept for users that held all scopes, for the command
// line on directories, and for FlowG's records. So it doesn't matter what happens afterwards: to roles, to users, by a
// restore. Somebody who takes a user's roles away and sets the password gains nothing when an administrator gives the roles
// back; nor does somebody who joins a role that they have emptied, when it is filled again.
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
  // those stored before there were scopes of backups don't name them
  const left = withBackups(limit);
  return new Set([...scopes].filter((scope) => left.has(scope)));
}

/** Both limits hold. */
export function narrower(a: Limit, b: Limit): Limit {
  if (a === undefined || b === undefined) return a ?? b;
  const left = withBackups(b);
  return [...withBackups(a)].filter((scope) => left.has(scope)).sort();
}

/** A thing that was given twice grants what either gift did. */
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
