// What an empty database begins with, as FlowG's: a role that may do everything, and a user who has it.

import type { Database } from "../database/open.js";
import { encodeValue, roleKey, userKey } from "../database/records.js";
import { transact } from "../database/transact.js";
import { emptyParts } from "./empty-parts.js";
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

/** Adds role `admin` if there is no role at all, and user `root` if there is no user at all. */
export async function bootstrapAuth(
  database: Database,
  { tokens, sessions, initialPassword }: BootstrapOptions,
): Promise<AuthBootstrap> {
  const { records } = database;
  const before = emptyParts(database);
  if (!before.role && !before.user) return { roleCreated: false, userCreated: false };
  const passwordHash = await hashPassword(initialPassword);
  return transact(database, () => {
    const { role: roleCreated, user: userCreated } = emptyParts(database);
    if (roleCreated) records.putSync(roleKey("admin"), encodeValue({ scopes: ADMIN_SCOPES }));
    if (userCreated) {
      // those that a restore has left under this name, or has not ended, were never this user's
      tokens.removeAll("root");
      sessions.end("root");
      records.putSync(userKey("root"), encodeValue({ passwordHash, roles: ["admin"] }));
    }
    return { roleCreated, userCreated };
  });
}
