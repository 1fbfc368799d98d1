// The top of the command tree. Each branch is loaded when it is asked for.

import { defineGroup } from "./command.js";

export const root = defineGroup({
  description: "FlowG: logs, and backup and restore of its databases",
  examples: [
    { command: "flowg admin backup", does: "back up ./data into ./backup" },
    {
      command: "flowg admin backup --url https://logs.example.com",
      does: "back up a server, after `flowg login`",
    },
    { command: "flowg help admin restore", does: "read about a command" },
  ],
  commands: {
    admin: async () => (await import("./commands/admin.js")).admin,
    backups: async () => (await import("./commands/backups.js")).backups,
    snapshots: async () => (await import("./commands/snapshots.js")).snapshots,
    drill: async () => (await import("./commands/drill.js")).drill,
    forget: async () => (await import("./commands/forget.js")).forget,
    repository: async () => (await import("./commands/repository.js")).repository,
    jobs: async () => (await import("./commands/jobs.js")).jobs,
    tasks: async () => (await import("./commands/tasks.js")).tasks,
    serve: async () => (await import("./commands/serve.js")).serve,
    health: async () => (await import("./commands/health.js")).health,
    login: async () => (await import("./commands/login.js")).login,
    logout: async () => (await import("./commands/logout.js")).logout,
    whoami: async () => (await import("./commands/whoami.js")).whoami,
    logs: async () => (await import("./commands/logs.js")).logs,
    stream: async () => (await import("./commands/stream.js")).stream,
    pipeline: async () => (await import("./commands/pipeline.js")).pipeline,
    transformer: async () => (await import("./commands/transformer.js")).transformer,
    alert: async () => (await import("./commands/alert.js")).alert,
    forwarder: async () => (await import("./commands/forwarder.js")).forwarder,
    completion: async () => (await import("./commands/completion.js")).completion,
    help: async () => (await import("./commands/help.js")).help,
    version: async () => (await import("./commands/version.js")).version,
  },
});
