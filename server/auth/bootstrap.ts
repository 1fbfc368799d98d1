// What a new database begins with, as FlowG's: a role that may do everything, and a user who has it. One that was emptied
// stays empty.

import type { Database } from "../database/open.js";
import { encodeValue, roleKey, userKey } from "../database/records.js";
import { transact } from "../database/transact.js";
import { neverHad, noteAccounts } from "./history.js";
import { hashPassword } from "./passwords.js";
import { checkScopes } from "./scopes.js";
import type { SessionStore } from "./sessions.js";
import type { TokenStore } from "./tokens.js";

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

interface BootstrapOptions {
  tokens: TokenStore;
  sessions: SessionStore;
  /** Of user `root`. */
  initialPassword: string;
}

/** Adds role `admin` if there never was a role, and user `root` if there never was a user. */
export async function bootstrapAuth(
  database: Database,
  { tokens, sessions, initialPassword }: BootstrapOptions,
): Promise<AuthBootstrap> {
  const { records } = database;
  const before = neverHad(database);
  const passwordHash = before.user ? await hashPassword(initialPassword) : undefined;
  return transact(database, () => {
    const never = neverHad(database);
    const roleCreated = never.role;
    const userCreated = never.user && passwordHash !== undefined;
    if (roleCreated) records.putSync(roleKey("admin"), encodeValue({ scopes: ADMIN_SCOPES }));
    if (userCreated) {
      // those that a restore has left under this name, or has not ended, were never this user's
      tokens.removeAll("root");
      sessions.end("root");
      records.putSync(userKey("root"), encodeValue({ passwordHash, roles: ["admin"] }));
    }
    // also those that came before this was kept
    noteAccounts(database);
    return { roleCreated, userCreated };
  });
}
