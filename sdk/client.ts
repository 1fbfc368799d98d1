// createClient: the whole API behind one object.

import { callerFor } from "./call.js";
import { type ClientOptions, settle } from "./options.js";
import { type Alerts, alertsOf } from "./resources/alerts.js";
import { type Auth, authOf } from "./resources/auth.js";
import { type Backup, backupOf } from "./resources/backup.js";
import { type Logs, logsOf } from "./resources/logs.js";
import { type Pipelines, pipelinesOf } from "./resources/pipelines.js";
import { type Restore, restoreOf } from "./resources/restore.js";
import { type Roles, rolesOf } from "./resources/roles.js";
import { type Streams, streamsOf } from "./resources/streams.js";
import { type Tokens, tokensOf } from "./resources/tokens.js";
import { type Transformers, transformersOf } from "./resources/transformers.js";
import { type Users, usersOf } from "./resources/users.js";

/** A server's API, by resource. @example `const client: FlowgClient = createClient()` */
export interface FlowgClient {
  /** Where it talks to. */
  readonly baseUrl: string;
  readonly auth: Auth;
  readonly tokens: Tokens;
  readonly users: Users;
  readonly roles: Roles;
  readonly transformers: Transformers;
  readonly pipelines: Pipelines;
  readonly alerts: Alerts;
  readonly streams: Streams;
  readonly logs: Logs;
  readonly backup: Backup;
  readonly restore: Restore;
}

/**
 * A client of one server. Nothing is sent before the first call.
 * @throws InputError for options that cannot be
 * @example
 * const client = createClient({ baseUrl: "https://logs.example.com", token: "pat_…" });
 * const { setId } = await client.backup.all("/srv/backup/monday");
 * @example
 * // FLOWG_URL and FLOWG_TOKEN from the environment
 * const roles = await createClient().roles.list();
 */
export function createClient(options: ClientOptions = {}): FlowgClient {
  const settings = settle(options);
  const caller = callerFor(settings);
  return {
    baseUrl: settings.baseUrl,
    auth: authOf(caller),
    tokens: tokensOf(caller),
    users: usersOf(caller),
    roles: rolesOf(caller),
    transformers: transformersOf(caller),
    pipelines: pipelinesOf(caller),
    alerts: alertsOf(caller),
    streams: streamsOf(caller),
    logs: logsOf(caller),
    backup: backupOf(caller),
    restore: restoreOf(caller),
  };
}
