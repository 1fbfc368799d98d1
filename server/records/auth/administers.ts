// The users that may administer: give rights to others.

import type { RoleRecord, UserRecord } from "../records.js";
import { roleLimit } from "./limits.js";

/** The scope that an administrator needs: it lets them give rights. */
export const ADMINISTERS = "write_acls";

/** Whether a user may administer, by the roles that `find` gives. */
export function administersWith(
  user: UserRecord,
  find: (role: string) => RoleRecord | undefined,
): boolean {
  return user.roles.some(
    (role) =>
      find(role)?.scopes.includes(ADMINISTERS) &&
      (roleLimit(user, role)?.includes(ADMINISTERS) ?? true),
  );
}
