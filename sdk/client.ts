// createClient: the whole API behind one object.

import { guarded } from "./arguments.js";
import { callerFor } from "./call.js";
import { type ClientOptions, settingsOf } from "./options.js";
import { type Alerts, alertsOf } from "./resources/alerts.js";
import { type Auth, authOf } from "./resources/auth.js";
import { type Backup, backupOf } from "./resources/backup.js";
import { type Compact, compactOf } from "./resources/compact.js";
import { type Forwarders, forwardersOf } from "./resources/forwarders.js";
import { type Jobs, jobsOf } from "./resources/jobs.js";
import { type Logs, logsOf } from "./resources/logs.js";
import { type Pipelines, pipelinesOf } from "./resources/pipelines.js";
import { type Restore, restoreOf } from "./resources/restore.js";
import { type Roles, rolesOf } from "./resources/roles.js";
import { type Snapshots, snapshotsOf } from "./resources/snapshots.js";
import { type Streams, streamsOf } from "./resources/streams.js";
import { type Tasks, tasksOf } from "./resources/tasks.js";
import { type Tokens, tokensOf } from "./resources/tokens.js";
import { type Transformers, transformersOf } from "./resources/transformers.js";
import { type Users, usersOf } from "./resources/users.js";

/**
 * A server's API, by resource. Every call may reject with a {@link FlowgSdkError}: a {@link FlowgApiError} for what the
 * server says (not logged in, a scope missing, a value that breaks a rule, too busy), {@link ConnectionError} or
 * {@link TimeoutError} where no answer came, {@link RedirectError} or {@link UnexpectedAnswerError} where it wasn't the
 * API's, {@link AbortError} for the caller's own signal, {@link InputError} before anything is sent. What a method adds, it says itself.
 * @example `const client: FlowgClient = createClient()`
 */
export interface FlowgClient {
  /** Where it talks to. */
  readonly baseUrl: string;
  /** Logging in, and who the caller is. @example `const { user } = await client.auth.whoami()` */
  readonly auth: Auth;
  /** The caller's personal access tokens. @example `const { token } = await client.tokens.create()` */
  readonly tokens: Tokens;
  /** Accounts. @example `await client.users.save("alice", { roles: ["viewer"] })` */
  readonly users: Users;
  /** Roles grant permissions to users. @example `await client.roles.save("viewer", ["read_streams"])` */
  readonly roles: Roles;
  /** Scripts that change logs on their way. @example `const script = await client.transformers.get("parse-nginx")` */
  readonly transformers: Transformers;
  /** Pipelines decide where a log goes. @example `const flow = await client.pipelines.get("default")` */
  readonly pipelines: Pipelines;
  /** Webhooks. @example `await client.alerts.test("on-call", { message: "hello" })` */
  readonly alerts: Alerts;
  /** The same alerts, as later FlowGs have them: services that take logs. @example `await client.forwarders.test("to-syslog", { message: "hello" })` */
  readonly forwarders: Forwarders;
  /** Streams keep logs, each for its own time. @example `await client.streams.configure("web", { ttl: 86400 })` */
  readonly streams: Streams;
  /** Sending, asking for and watching logs. @example `await client.logs.ingest("default", { message: "hello" })` */
  readonly logs: Logs;
  /** Snapshots of the databases; only in Node. @example `await client.backup.all("/srv/backup")` */
  readonly backup: Backup;
  /** Bringing snapshots back; only in Node. @example `await client.restore.logs("log.db", { dryRun: true })` */
  readonly restore: Restore;
  /** Giving the disk back what deleted records took. @example `const { bytesAfter } = await client.compact.logs()` */
  readonly compact: Compact;
  /** The backup jobs of the server. @example `const { run } = await client.jobs.run("nightly")` */
  readonly jobs: Jobs;
  /** Long work of the server: how far it is, and ending it. @example `const { state } = await client.tasks.wait(uuid)` */
  readonly tasks: Tasks;
  /** Snapshots in the repositories of the server. @example `const { id } = await client.snapshots.create()` */
  readonly snapshots: Snapshots;
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
  const settings = settingsOf(options);
  const caller = callerFor(settings);
  return {
    baseUrl: settings.baseUrl,
    auth: guarded("auth", authOf(caller)),
    tokens: guarded("tokens", tokensOf(caller)),
    users: guarded("users", usersOf(caller)),
    roles: guarded("roles", rolesOf(caller)),
    transformers: guarded("transformers", transformersOf(caller)),
    pipelines: guarded("pipelines", pipelinesOf(caller)),
    alerts: guarded("alerts", alertsOf(caller)),
    forwarders: guarded("forwarders", forwardersOf(caller)),
    streams: guarded("streams", streamsOf(caller)),
    logs: guarded("logs", logsOf(caller)),
    backup: guarded("backup", backupOf(caller)),
    restore: guarded("restore", restoreOf(caller)),
    compact: guarded("compact", compactOf(caller)),
    jobs: guarded("jobs", jobsOf(caller)),
    tasks: guarded("tasks", tasksOf(caller)),
    snapshots: guarded("snapshots", snapshotsOf(caller)),
  };
}
