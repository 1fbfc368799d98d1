// Checks that nobody gives away scopes that they don't hold. Every way to hand out scopes goes through here. Another rule
// limits what was given when the role or user gains scopes later (records/auth/limits).

import { isScope, SCOPES, type Scope } from "../records/auth/scopes.js";
import { aroundWrites } from "../storage/around-writes.js";
import type { AuthAt } from "../stores/auth/auth-at.js";
import type { AuthStore } from "../stores/auth/store.js";
import type { Caller } from "./context.js";
import { demand } from "./trpc.js";

/** Makes a change under a check, which runs now and again inside the write's transaction. */
export async function underCheck<T>(
  auth: AuthStore,
  check: (auth: AuthAt) => void,
  change: () => Promise<T>,
): Promise<T> {
  await auth.read(check);
  return aroundWrites({ before: (databases) => check(auth.at(databases)) }, change);
}

/**
 * A role may gain only scopes that the caller holds. It may keep those that it has.
 * @throws PERMISSION_DENIED
 */
export function demandRoleScopes(
  caller: Caller,
  scopes: readonly Scope[],
  existing: readonly string[],
): void {
  const gained = scopes.filter((scope) => !existing.includes(scope));
  demand(caller, gained, "you cannot give scopes that you don't hold:");
}

export interface UserGrant {
  name: string;
  roles: readonly string[] | undefined;
  /** Whether the password is set. */
  password: boolean;
}

/**
 * A user may gain only roles whose scopes the caller holds. A caller may set the password of another user only if the caller
 * holds all scopes of that user, since the password lets the caller act as that user.
 * @throws PERMISSION_DENIED
 */
export function demandUserGrant(auth: AuthAt, caller: Caller, grant: UserGrant): void {
  const isDamaged = auth.isUserDamaged(grant.name);
  const existing = isDamaged ? undefined : auth.user(grant.name);
  const gained = (grant.roles ?? []).filter((role) => !existing?.roles.includes(role));
  demand(
    caller,
    auth.scopesOfRoles(gained),
    "you cannot give roles with scopes that you don't hold:",
  );
  // nobody knows the scopes of a role that doesn't exist yet
  const unmade = gained.filter((role) => auth.role(role) === undefined);
  if (unmade.length > 0)
    demand(
      caller,
      SCOPES,
      "you cannot give a role that does not exist yet without holding all scopes: you lack",
    );
  if (isDamaged)
    demand(
      caller,
      SCOPES,
      "you cannot change a user whose record is damaged without holding all scopes: you lack",
    );
  if (!grant.password || existing === undefined || existing.name === caller.user) return;
  const held = [...(auth.scopesOf(grant.name) ?? [])].filter(isScope);
  demand(caller, held, "you cannot set the password of a user with scopes that you don't hold:");
}
