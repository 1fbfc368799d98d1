// The top of the command tree. Each branch is loaded when it is asked for.

import { defineGroup } from "./command.js";

export const root = defineGroup({
  description: "FlowG: logs, and backup and restore of its databases",
  examples: [
    { command: "flowg admin backup", does: "back up ./data into ./backup" },
    { command: "flowg help admin restore", does: "read about a command" },
  ],
  commands: {
    admin: async () => (await import("./commands/admin.js")).admin,
    serve: async () => (await import("./commands/serve.js")).serve,
    help: async () => (await import("./commands/help.js")).help,
    version: async () => (await import("./commands/version.js")).version,
  },
});
