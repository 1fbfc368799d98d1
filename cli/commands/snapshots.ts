// `flowg snapshots`

import { defineGroup } from "../command.js";

export const snapshots = defineGroup({
  description: "List, export and compare snapshots",
  examples: [
    { command: "flowg snapshots list --repository /srv/backups", does: "which there are" },
    {
      command: "flowg snapshots diff ./monday ./tuesday",
      does: "what has changed from one to the other",
    },
  ],
  commands: {
    list: async () => (await import("./snapshots/list.js")).list,
    export: async () => (await import("./snapshots/export.js")).exportCommand,
    diff: async () => (await import("./snapshots/diff.js")).diff,
  },
});
