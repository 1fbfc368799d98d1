// `flowg tasks`

import { defineGroup } from "../command.js";

export const tasks = defineGroup({
  description: "List, follow and cancel the long work of a server",
  examples: [
    {
      command: "flowg tasks list",
      does: "runs of jobs, backups, restores: what goes on, and what ended",
    },
    { command: "flowg tasks cancel 2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60", does: "end one" },
  ],
  commands: {
    list: async () => (await import("./tasks/list.js")).list,
    show: async () => (await import("./tasks/show.js")).show,
    watch: async () => (await import("./tasks/watch.js")).watch,
    cancel: async () => (await import("./tasks/cancel.js")).cancel,
  },
});
