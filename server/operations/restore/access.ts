// Finds out how an auth restore would change permissions, before it runs. A restore must not silently let anybody in, lock
// everybody out, or lock the caller out.

import type { AuthRecords } from "../../records/auth/auth-records.js";
import { tokenHash } from "../../records/auth/limit-restored.js";
import { roleLimit, within } from "../../records/auth/limits.js";
import { effectiveScopes, SCOPES, type Scope, withBackups } from "../../records/auth/scopes.js";
import { endsAt } from "../../records/auth/token-terms.js";
import { firstSegment, segments } from "../../records/keys.js";
import {
  decodeValue,
  type RoleRecord,
  type TokenRecord,
  type UserRecord,
} from "../../records/records.js";
import type { AccessDiff } from "../../records/reports.js";

/** A user whose scopes change. */
export interface ScopeChange {
  user: string;
  gains: Scope[];
  loses: Scope[];
}

export interface AccessReport {
  /** Users whose scopes change, with those that come or go, by name. */
  changes: ScopeChange[];
  /** Users that are not there now and will be. */
  usersBack: string[];
  /** Users that are there now and won't be. */
  usersGone: string[];
  /** Users that exist before and after with different hashes of their password. The password may differ, too. */
  passwordsChanged: string[];
  /**
   * Tokens that don't authenticate now and will, or will for longer. A token whose hash changes is in both lists. It may be
   * another one, or the same one with the SHA-256 that replaces FlowG's slow hash at its first use.
   */
  tokensBack: { user: string; uuid: string }[];
  /** Tokens that authenticate now and won't, or not for as long. */
  tokensGone: { user: string; uuid: string }[];
  /** How many users may administer (write_acls) afterwards. */
  administrators: number;
  caller: { user: string; stays: boolean; gains: Scope[] };
  /** Why it is refused unless access changes are allowed; empty if it isn't refused. */
  refusals: string[];
}

export interface AccessCaller {
  user: string;
  scopes: ReadonlySet<Scope>;
  /** The caller's token; absent for a session. */
  token?: CallerToken | undefined;
}

export interface CallerToken {
  uuid: string;
  /** Whether a stored hash is this token's: SHA-256 in hex, or FlowG's Argon2id string. */
  isOf(hash: string): boolean;
}

/** Compares the permissions of two sides, without judging them. */
export function accessDiff(before: AuthRecords, after: AuthRecords): AccessDiff {
  const now = Date.now();
  const [was, will] = [accounts(before, now), accounts(after, now)];
  const { changes, usersBack, usersGone, passwordsChanged, tokensBack, tokensGone } = whatChanges(
    was,
    will,
  );
  const administrators = ({ users }: Accounts) =>
    [...users].flatMap(([name, has]) => (has.has("write_acls") ? [name] : [])).sort();
  return {
    changes,
    usersAdded: usersBack,
    usersRemoved: usersGone,
    passwordsChanged,
    tokensGained: tokensBack,
    tokensLost: tokensGone,
    administrators: { before: administrators(was), after: administrators(will) },
  };
}

/** Compares permissions before and after a restore, and gives the reasons to refuse it. */
export function accessChange(
  before: AuthRecords,
  after: AuthRecords,
  caller: AccessCaller,
): AccessReport {
  const now = Date.now();
  const was = accounts(before, now);
  const will = accounts(after, now);
  const administrators = [...will.users.values()].filter((has) => has.has("write_acls")).length;
  const changed = whatChanges(was, will);
  const { changes } = changed;
  const report: AccessReport = {
    ...changed,
    administrators,
    caller: {
      user: caller.user,
      stays: staysIn(caller, was, will),
      gains: changes.find(({ user }) => user === caller.user)?.gains ?? [],
    },
    refusals: [],
  };
  report.refusals = refusalsOf(report, { caller, was, will });
  return report;
}

function whatChanges(was: Accounts, will: Accounts) {
  const changes: ScopeChange[] = [];
  for (const user of [...new Set([...was.users.keys(), ...will.users.keys()])].sort()) {
    const had = was.users.get(user) ?? NO_SCOPES;
    const has = will.users.get(user) ?? NO_SCOPES;
    const gains = [...has].filter((scope) => !had.has(scope)).sort();
    const loses = [...had].filter((scope) => !has.has(scope)).sort();
    if (gains.length > 0 || loses.length > 0) changes.push({ user, gains, loses });
  }
  return {
    changes,
    usersBack: missingIn(was.users, will.users),
    usersGone: missingIn(will.users, was.users),
    passwordsChanged: [...will.passwords.keys()]
      .filter((user) => was.passwords.has(user) && differs(user, was.passwords, will.passwords))
      .sort(),
    tokensBack: moreOf(will.tokens, was.tokens).map(tokenOf),
    tokensGone: moreOf(was.tokens, will.tokens).map(tokenOf),
  };
}

export const NOBODY_ADMINISTERS = "nobody could administer afterwards";

function refusalsOf(
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

const differs = (
  name: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): boolean => before.get(name) !== after.get(name);

interface Accounts {
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
function moreOf(
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

const NO_SCOPES: ReadonlySet<Scope> = new Set();

/** @param now tokens that have expired by then are left out */
function accounts(records: AuthRecords, now: number): Accounts {
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

/** Whether the caller can still log in the same way and administer afterwards. */
function staysIn(caller: AccessCaller, was: Accounts, will: Accounts): boolean {
  if (!will.users.get(caller.user)?.has("write_acls")) return false;
  if (caller.token === undefined) return true;
  const id = `${caller.user}\x1b${caller.token.uuid}`;
  const token = will.tokens.get(id);
  return was.tokens.has(id) && token !== undefined && caller.token.isOf(token.hash);
}

function missingIn(
  less: ReadonlyMap<string, unknown>,
  more: ReadonlyMap<string, unknown>,
): string[] {
  return [...more.keys()].filter((name) => !less.has(name)).sort();
}

function tokenOf(id: string): { user: string; uuid: string } {
  const [user = "", uuid = ""] = id.split("\x1b");
  return { user, uuid };
}
