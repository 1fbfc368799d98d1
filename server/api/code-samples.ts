// Samples of how to call each operation, with curl and with the SDK. They are the `x-codeSamples` of the OpenAPI document,
// which the documentation page shows. tests/api/code-samples.test.ts runs the curl samples against a server and compiles the
// SDK samples.

interface Described {
  operationId: string;
  requestBody?: { content: Record<string, Record<string, unknown>> };
  parameters?: { name: string; in: string; required?: boolean }[];
}

export interface CodeSample {
  /** The name that highlighters know. */
  lang: "Shell" | "JavaScript";
  label: "curl" | "SDK";
  source: string;
}

/** The documentation page puts its own server in this place. */
export const SAMPLE_SERVER = "http://localhost:5080";

const UUID = "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60";

/** Sample values for the parameters of a path. */
const NAMES: Record<string, string> = {
  stream: "web",
  pipeline: "default",
  transformer: "drop-passwords",
  alert: "on-call",
  name: "pager",
  user: "alice",
  role: "viewer",
  job: "nightly",
  task: UUID,
  snapshot: "latest",
  token_uuid: UUID,
};

/** Sample values for required query parameters. */
const QUERY: Record<string, string> = {
  from: "2026-11-23T00:00:00Z",
  to: "2026-11-24T00:00:00Z",
  other: "91186e8d",
};

/** The name of the file that an operation sends or takes. */
const FILES: Record<string, string> = {
  backup_all: "backup.tar",
  backup_auth: "auth.db",
  backup_config: "config.db",
  backup_logs: "log.db",
  restore_all: "backup.tar",
  restore_auth: "auth.db",
  restore_config: "config.db",
  restore_logs: "log.db",
};

/** Calls of the SDK, by operation. */
const CALLS: Record<string, string> = {
  backup_all: 'const { setId } = await client.backup.all("./backup");',
  backup_auth: 'await client.backup.toFile("auth", "./backup/auth.db");',
  backup_config: 'await client.backup.toFile("config", "./backup/config.db");',
  backup_logs: 'await client.backup.toFile("logs", "./backup/log.db");',
  restore_all: 'const { databases } = await client.restore.all("./backup", { dryRun: true });',
  restore_auth: 'const report = await client.restore.auth("./backup/auth.db", { dryRun: true });',
  restore_config: 'const report = await client.restore.config("./backup/config.db");',
  restore_logs: 'const report = await client.restore.logs("./backup/log.db", { mode: "replace" });',
  list_restores: "const [newest] = await client.restore.list();",
  undo_restore: "const report = await client.restore.undo({ dryRun: true });",
  compact_auth: "const { bytesBefore, bytesAfter } = await client.compact.auth();",
  compact_config: "const { rewritten } = await client.compact.config();",
  compact_logs: "const { bytesBefore, bytesAfter } = await client.compact.logs();",
  list_jobs: "const jobs = await client.jobs.list();",
  run_job: 'const { run } = await client.jobs.run("nightly");',
  drill_job: 'const { run } = await client.jobs.drill("nightly");',
  pause_job: 'await client.jobs.pause("nightly");',
  resume_job: 'await client.jobs.resume("nightly");',
  list_snapshots: 'const [{ snapshots }] = await client.snapshots.list({ destination: "nas" });',
  get_snapshot: 'const { databases } = await client.snapshots.get("latest");',
  diff_snapshots: 'const { equal } = await client.snapshots.diff("latest", "91186e8d");',
  create_snapshot:
    'const { id } = await client.snapshots.create({ destinations: ["nas"], tags: ["before-upgrade"] });',
  forget_snapshots: 'const { id } = await client.snapshots.forget(["91186e8d"], { prune: true });',
  restore_snapshot:
    'const { id } = await client.snapshots.restore("latest", { only: ["logs"], dryRun: true });',
  list_tasks: "const tasks = await client.tasks.list();",
  get_task: `const { state, progress } = await client.tasks.get("${UUID}");`,
  cancel_task: `await client.tasks.cancel("${UUID}");`,
  follow_task: `const { state, error } = await client.tasks.wait("${UUID}");`,
  login: 'const token = await client.auth.login("alice", password);',
  whoami: "const { user, permissions } = await client.auth.whoami();",
  change_password: "await client.auth.changePassword(password, newPassword);",
  create_token: "const created = await client.tokens.create();",
  list_tokens: "const uuids = await client.tokens.list();",
  delete_token: `await client.tokens.delete("${NAMES.token_uuid}");`,
  list_users: "const users = await client.users.list();",
  save_user: 'await client.users.save("alice", { roles: ["viewer"], password });',
  delete_user: 'await client.users.delete("alice");',
  list_roles: "const roles = await client.roles.list();",
  save_role: 'await client.roles.save("viewer", ["read_streams"]);',
  delete_role: 'await client.roles.delete("viewer");',
  list_transformers: "const names = await client.transformers.list();",
  get_transformer: 'const script = await client.transformers.get("drop-passwords");',
  save_transformer: 'await client.transformers.save("drop-passwords", "del(.password)");',
  delete_transformer: 'await client.transformers.delete("drop-passwords");',
  list_pipelines: "const names = await client.pipelines.list();",
  get_pipeline: 'const flow = await client.pipelines.get("default");',
  save_pipeline: 'await client.pipelines.save("default", { nodes: [], edges: [] });',
  delete_pipeline: 'await client.pipelines.delete("default");',
  list_alerts: "const names = await client.alerts.list();",
  get_alert: 'const webhook = await client.alerts.get("on-call");',
  save_alert:
    'await client.alerts.save("on-call", { url: "https://hooks.example.com/1", headers: {} });',
  delete_alert: 'await client.alerts.delete("on-call");',
  test_transformer:
    'const fields = await client.transformers.test(".level = 1", { message: "hello" });',
  test_alert: 'await client.alerts.test("on-call", { message: "hello" });',
  list_forwarders: "const names = await client.forwarders.list();",
  get_forwarder: 'const { config } = await client.forwarders.get("on-call");',
  save_forwarder:
    'await client.forwarders.save("on-call", { config: { type: "http", url: "https://hooks.example.com/1" } });',
  delete_forwarder: 'await client.forwarders.delete("on-call");',
  test_forwarder: 'await client.forwarders.test("on-call", { message: "hello" });',
  test_pipeline:
    'const { trace } = await client.pipelines.test("default", { nodes: [], edges: [] }, [{ message: "hello" }]);',
  get_stream_indices: 'const { level } = await client.streams.indices("web");',
  list_streams: "const streams = await client.streams.list();",
  get_stream: 'const { ttl } = await client.streams.get("web");',
  configure_stream: 'await client.streams.configure("web", { ttl: 604800 });',
  purge_stream: 'await client.streams.delete("web");',
  list_stream_fields: 'const fields = await client.streams.fields("web");',
  ingest_log: 'await client.logs.ingest("default", { level: "info", message: "hello" });',
  ingest_logs_struct:
    'await client.logs.ingestMany("default", [{ level: "info", message: "hello" }]);',
  ingest_logs_text: 'await client.logs.ingest("default", { content: "hello" });',
  query_stream: 'const logs = await client.logs.query("web", { from, to });',
  watch_logs: 'for await (const log of client.logs.watch("web")) console.log(log);',
};

const IMPORT = 'import { createClient } from "flowg/sdk";\n\n';
const WITH = `${IMPORT}const client = createClient({ baseUrl: "${SAMPLE_SERVER}", token });\n`;
const WITHOUT = `${IMPORT}const client = createClient({ baseUrl: "${SAMPLE_SERVER}" });\n`;

/** @param path with its parameters: `/api/v1/users/{user}` */
export function codeSamplesOf(
  operation: Described,
  { method, path, isOpen }: { method: string; path: string; isOpen: boolean },
): CodeSample[] {
  const call = CALLS[operation.operationId];
  const curl: CodeSample = {
    lang: "Shell",
    label: "curl",
    source: curlOf(operation, { method, path, isOpen }),
  };
  if (call === undefined) return [curl];
  return [curl, { lang: "JavaScript", label: "SDK", source: `${isOpen ? WITHOUT : WITH}${call}` }];
}

function curlOf(
  { operationId, requestBody, parameters = [] }: Described,
  { method, path, isOpen }: { method: string; path: string; isOpen: boolean },
): string {
  const place = path.replace(/\{(.+?)\}/g, (_, name: string) => NAMES[name] ?? name);
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map(({ name }) => `${name}=${QUERY[name]}`)
    .join("&");
  const file = FILES[operationId];
  const json = requestBody?.content["application/json"]?.example;
  const text = requestBody?.content["text/plain"]?.example;
  const words = [
    "curl -sS --fail-with-body",
    ...(isOpen ? [] : ['-H "Authorization: Bearer pat:$TOKEN"']),
    ...(/^(watch|follow)_/.test(operationId) ? ["--no-buffer"] : []),
    ...(file !== undefined && method === "GET" ? [`-o ${file}`] : []),
    ...(file !== undefined && method === "POST" ? [`--form backup=@${file}`] : []),
    ...(text === undefined ? [] : ["-H 'Content-Type: text/plain'", `--data-binary '${text}'`]),
    ...(json === undefined ? [] : ["-H 'Content-Type: application/json'", data(json)]),
    ...(isPlain(method, { json: json ?? text, file }) ? [] : [`-X ${method}`]),
    `"${SAMPLE_SERVER}${place}${query && `?${query}`}"`,
  ];
  return words.join(" \\\n  ");
}

/** Whether curl chooses the method by itself. */
function isPlain(
  method: string,
  { json, file }: { json: unknown; file: string | undefined },
): boolean {
  return method === "GET" || (method === "POST" && (json !== undefined || file !== undefined));
}

/** Escapes `'`, so that an example stays one word of the shell. */
const data = (json: unknown): string =>
  `--data '${JSON.stringify(json).replaceAll("'", "\\u0027")}'`;
