// The texts about the whole API, and about its groups of operations.

export const DESCRIPTION = `Logs, and backup and restore of the three databases behind them.

Every operation but the login needs a token, as \`Authorization: Bearer pat:TOKEN\` (a personal access token) or
\`Authorization: Bearer jwt:TOKEN\` (a session from the login). The form \`Bearer TOKEN\` works too.

Checks come in this order: is the token valid (401), does its user hold the scopes (403), is the input valid (400).
Holding \`write_x\` includes \`read_x\`.

A database that is being restored lets writers wait for ten seconds, and then answers 503 with \`BUSY\` and \`Retry-After\`. Logs for existing streams are taken meanwhile, and stored right after the restore.
The first use of a token that FlowG made writes, too: its hash becomes one of this server.

All errors have the same form; their \`code\` is stable, for programs to act on.`;

/** Tags in the order of the documentation page. */
export const TAGS: Record<string, string> = {
  backup: "Snapshots of the databases",
  restore: "Bringing snapshots back",
  compact: "Giving the space of deleted records back to the disk",
  jobs: "Scheduled backups",
  snapshots: "Snapshots in the repositories of the server",
  tasks: "Long work: its progress, and cancelling it",
  auth: "Logging in, and the caller",
  tokens: "One's own personal access tokens",
  users: "Users and their roles",
  roles: "Roles and their scopes",
  transformers: "Scripts that change logs on their way",
  pipelines: "The way of a log into streams and to alerts",
  alerts: "Webhooks that logs are posted to",
  forwarders: "Alerts, as later versions of FlowG name them, and forwarders to services",
  streams: "Where logs are kept",
  logs: "Sending, asking for and watching logs",
  test: "Trying things out",
};
