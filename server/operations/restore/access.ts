// Finds out how an auth restore would change permissions, before it runs. A restore must not silently let anybody in, lock
// everybody out, or lock the caller out.

import type { AuthRecords } from "../../records/auth/auth-records.js";
import type { AccessDiff } from "../../records/diff-reports.js";
import { refusalsOf } from "./access-refusals.js";
import type { AccessCaller, AccessReport, ScopeChange } from "./access-report.js";
import { type Accounts, accounts, moreOf, NO_SCOPES, tokenOf } from "./accounts.js";

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

const differs = (
  name: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): boolean => before.get(name) !== after.get(name);

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
