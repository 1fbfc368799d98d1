// The auth database as the rest of the program sees it: roles, users, tokens, sessions. Reads are synchronous and see
// the last commit, also another process's; writes settle once they are on the disk.

import type { Database } from "../database/open.js";
import { type AuthBootstrap, bootstrapAuth } from "./bootstrap.js";
import { within } from "./limits.js";
import { RoleStore } from "./roles.js";
import { type Scope, withBackups } from "./scopes.js";
import { SessionStore } from "./sessions.js";
import { TokenUses } from "./token-uses.js";
import { TokenStore } from "./tokens.js";
import { UserStore } from "./users.js";

export interface AuthStore {
  readonly roles: RoleStore;
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly tokenUses: TokenUses;
  readonly sessions: SessionStore;
  /** What a user may do: the union of its roles' scopes, each within its limit. Undefined if there is no such user. */
  scopesOf(user: string): Set<Scope> | undefined;
  /** See bootstrapAuth. */
  bootstrap(initialPassword: string): Promise<AuthBootstrap>;
}

export function openAuthStore(database: Database): AuthStore {
  const roles = new RoleStore(database);
  const tokenUses = new TokenUses(database);
  const tokens = new TokenStore(database, tokenUses);
  const sessions = new SessionStore(database);
  const users = new UserStore(database, tokens, sessions);
  return {
    roles,
    users,
    tokens,
    tokenUses,
    sessions,
    scopesOf: (name) => {
      const limited = users.limitedRoles(name);
      if (limited === undefined) return undefined;
      const scopes = new Set<Scope>();
      for (const [role, limit] of limited)
        for (const scope of within(roles.scopesOf([role]), limit)) scopes.add(scope);
      return withBackups(scopes);
    },
    bootstrap: (initialPassword) => bootstrapAuth(database, { tokens, sessions, initialPassword }),
  };
}
