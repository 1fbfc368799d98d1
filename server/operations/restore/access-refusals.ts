// Gives the reasons to refuse an auth restore: it would lock everybody or the caller out, or give away scopes that the caller
// doesn't have.

import type { AuthRecords } from "../../records/auth/auth-records.js";
import { SCOPES, type Scope, withBackups } from "../../records/auth/scopes.js";
import type { AccessCaller, AccessReport } from "./access-report.js";
import { type Accounts, accounts, moreOf, NO_SCOPES, tokenOf } from "./accounts.js";

export const NOBODY_ADMINISTERS = "nobody could administer afterwards";

export function refusalsOf(
  report: AccessReport,
  { caller, was, will }: { caller: AccessCaller; was: Accounts; will: Accounts },
): string[] {
  const refusals: string[] = [];
  if (report.administrators === 0) refusals.push(NOBODY_ADMINISTERS);
  if (!report.caller.stays) refusals.push(`it would lock you (${caller.user}) out`);
  if (report.caller.gains.length > 0) {
    refusals.push(
      `it would give you scopes that you don't have: ${report.caller.gains.join(", ")}`,
    );
  }
  const isMore = (scope: Scope) => !caller.scopes.has(scope);
  const others = report.changes.filter(
    ({ user, gains }) => user !== caller.user && gains.some(isBeyond(caller, was.users.get(user))),
  );
  if (others.length > 0) {
    const names = others.map(({ user }) => user).join(", ");
    refusals.push(`it would give others scopes that you don't have: ${names}`);
  }
  const roles = rolesBeyond(caller, was, will);
  if (roles.length > 0) refusals.push(giveRoles(roles));
  // what such a role grants is unknown until somebody makes it
  const unmade = [...will.unmade].filter(([user, names]) =>
    [...names].some((name) => !was.unmade.get(user)?.has(name)),
  );
  if (unmade.length > 0 && SCOPES.some(isMore)) {
    const names = unmade.map(([user]) => user).join(", ");
    refusals.push(`it would give users roles that don't exist: ${names}`);
  }
  // a caller who brings somebody's password or token can act as that user
  const opened = new Set(report.passwordsChanged);
  for (const id of moreOf(will.tokens, was.tokens)) opened.add(tokenOf(id).user);
  // a user who loses scopes in this restore counts, too: lost scopes are soon given back
  const mayDoMore = (user: string) =>
    [was, will].some(({ users }) => [...(users.get(user) ?? [])].some(isMore));
  const stronger = [...opened].filter(
    (user) => user !== caller.user && was.users.has(user) && mayDoMore(user),
  );
  if (stronger.length > 0) {
    const names = stronger.sort().join(", ");
    refusals.push(`it would bring passwords or tokens of users who may do more than you: ${names}`);
  }
  // what such a token opens is unknown until somebody makes its user
  const ownerless = moreOf(will.ownerless, new Map([...was.tokens, ...was.ownerless]));
  if (ownerless.length > 0 && SCOPES.some(isMore)) {
    const names = [...new Set(ownerless.map((id) => tokenOf(id).user))].sort().join(", ");
    refusals.push(`it would bring tokens of users who don't exist: ${names}`);
  }
  return refusals;
}

/** Roles that gain scopes which the caller lacks. */
function rolesBeyond(caller: AccessCaller, was: Accounts, will: Accounts): string[] {
  return [...will.roles]
    .filter(([name, has]) => [...has].some(isBeyond(caller, was.roles.get(name))))
    .map(([name]) => name);
}

/** Tells whether a scope goes beyond what was there and what the caller can give. */
function isBeyond(caller: AccessCaller, had: ReadonlySet<Scope> = NO_SCOPES) {
  const atMost = withBackups([...caller.scopes, ...had]);
  return (scope: Scope) => !atMost.has(scope);
}

const giveRoles = (names: readonly string[]): string =>
  `it would give roles scopes that you don't have: ${names.join(", ")}`;

/**
 * Why a restore is refused even if access changes are allowed; undefined if it isn't. Users and tokens can be limited to the
 * scopes that the caller holds (records/auth/limit-restored). A role can't, since all who have it would gain its scopes.
 */
export function forbiddenGift(
  before: AuthRecords,
  after: AuthRecords,
  caller: AccessCaller,
): string | undefined {
  const now = Date.now();
  const roles = rolesBeyond(caller, accounts(before, now), accounts(after, now));
  return roles.length > 0 ? giveRoles(roles) : undefined;
}
