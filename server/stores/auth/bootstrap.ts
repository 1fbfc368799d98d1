// Fills a new auth database as FlowG does: with a role that has all scopes, and a user with that role. A database whose
// accounts were removed stays empty.

import { checkScopes } from "../../records/auth/scopes.js";
import { encodeValue, roleKey, userKey } from "../../records/records.js";
import type { Database } from "../../storage/database.js";
import { neverHad, noteAccounts } from "../../storage/notes/account-history.js";
import { hashPassword } from "./passwords.js";
import { endSessions } from "./sessions.js";
import { removeTokens } from "./tokens.js";

const ADMIN_SCOPES = checkScopes([
  "send_logs",
  "write_acls",
  "write_alerts",
  "write_pipelines",
  "write_streams",
  "write_transformers",
]);

export interface AuthBootstrap {
  roleCreated: boolean;
  userCreated: boolean;
}

/**
 * Adds role `admin` if there never was a role, and user `root` if there never was a user.
 * @param initialPassword of user `root`
 */
export async function bootstrapAuth(
  database: Database,
  initialPassword: string,
): Promise<AuthBootstrap> {
  const before = await database.read(neverHad);
  const passwordHash = before.user ? await hashPassword(initialPassword) : undefined;
  return database.change((changes) => {
    const never = neverHad(changes);
    const roleCreated = never.role;
    const userCreated = never.user && passwordHash !== undefined;
    if (roleCreated) changes.put(roleKey("admin"), encodeValue({ scopes: ADMIN_SCOPES }));
    if (userCreated) {
      // tokens and sessions that a restore has left under this name were never this user's
      removeTokens(changes, "root");
      endSessions(changes, "root");
      changes.put(userKey("root"), encodeValue({ passwordHash, roles: ["admin"] }));
    }
    // also notes accounts from before the notes existed
    noteAccounts(changes);
    return { roleCreated, userCreated };
  });
}
