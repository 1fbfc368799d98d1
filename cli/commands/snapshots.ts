// `flowg snapshots`

import { defineGroup } from "../command.js";

export const snapshots = defineGroup({
  description: "Compare backups",
  examples: [
    {
      command: "flowg snapshots diff ./monday ./tuesday",
      does: "what has changed from one to the other",
    },
  ],
  commands: {
    diff: async () => (await import("./snapshots/diff.js")).diff,
  },
});
